/** Fields shown of one resource. */
const FIELDS_MAX = 500;

export interface FieldDifference {
  path: string;
  before: unknown;
  after: unknown;
}

/** What differs between two JSON values, leaf by leaf, with the path of each. A missing side is null. */
export function diffFields(before: unknown, after: unknown, path = ''): FieldDifference[] {
  const found: FieldDifference[] = [];
  collect(before, after, path, found);
  return found;
}

function collect(before: unknown, after: unknown, path: string, found: FieldDifference[]): void {
  if (found.length >= FIELDS_MAX) return;
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) {
      const at = Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      collect((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key], at, found);
    }
    return;
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  found.push({ path, before: before ?? null, after: after ?? null });
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
