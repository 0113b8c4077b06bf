import type { z } from 'zod';
import type { Problem } from '../../contracts/errors.ts';
import { schemaProblems } from '../../core/base/schema-problems.ts';

export interface Checked<T> {
  /** What the schema made of it; undefined with problems, or while it still contains variables. */
  readonly value: T | undefined;
  readonly problems: Problem[];
}

const variable = /\$\{[^}]+\}/;

/**
 * Checks what people wrote against a schema, without a complaint about a value that is still a variable
 * (`${site.host}`), which can only be checked after it was resolved.
 */
export function checkSchema<T>(schema: z.ZodType<T>, value: unknown, where: string): Checked<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: containsVariable(value) ? undefined : parsed.data, problems: [] };
  const unknowable = (path: readonly PropertyKey[]) => containsVariable(path.reduce<unknown>(child, value));
  const problems = schemaProblems(schema, parsed.error, where, unknowable);
  return { value: undefined, problems: problems.map(({ code: _code, ...problem }) => problem) };
}

function child(value: unknown, key: PropertyKey): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function containsVariable(value: unknown): boolean {
  if (typeof value === 'string') return variable.test(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(containsVariable);
}
