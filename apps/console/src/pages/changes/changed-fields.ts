import type { Change, PlannedChange } from '../../../../../contracts/changes.ts';

type Field = PlannedChange['fields'][number];

/** The fields in which the resource before and after a change differ; none for one that was created or deleted. */
export function changedFields({ before, after }: Change): Field[] {
  if (before === null || after === null) return [];
  return [...differences('labels', before.labels, after.labels), ...differences('spec', before.spec, after.spec)];
}

function differences(path: string, before: unknown, after: unknown): Field[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isObject(before) || !isObject(after) || Array.isArray(before) !== Array.isArray(after))
    return [{ path, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) =>
    differences(Array.isArray(before) ? `${path}[${key}]` : `${path}.${key}`, before[key], after[key]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
