import { z } from 'zod';
import type { Problem } from '../../contracts/errors.ts';
import { suggest } from '../../core/base/nearest.ts';

export interface Checked<T> {
  /** What the schema made of it; undefined with problems, or while it still contains variables. */
  readonly value: T | undefined;
  readonly problems: Problem[];
}

const variable = /\$\{[^}]+\}/;

/**
 * Checks what people wrote against a schema: unknown fields with the nearest known one, and no complaint about a value
 * that is still a variable (`${site.host}`), which can only be checked after it was resolved.
 */
export function checkSchema<T>(schema: z.ZodType<T>, value: unknown, where: string): Checked<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: containsVariable(value) ? undefined : parsed.data, problems: [] };
  return {
    value: undefined,
    problems: parsed.error.issues.flatMap((issue) => problemsOf(schema, value, issue, where)),
  };
}

function problemsOf(schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue, where: string): Problem[] {
  const at = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`),
    where,
  );
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => ({
      where: `${at}.${key}`,
      message: `unknown field "${key}"`,
      hint: suggest(key, known),
    }));
  }
  if (containsVariable(issue.path.reduce<unknown>(child, value))) return [];
  return [{ where: at, message: issue.message }];
}

function child(value: unknown, key: PropertyKey): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function containsVariable(value: unknown): boolean {
  if (typeof value === 'string') return variable.test(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(containsVariable);
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const inside = path.reduce<JsonSchema[]>(
    (nodes, key) =>
      alternatives(nodes).flatMap(
        (node) => (typeof key === 'number' ? node.items : node.properties?.[String(key)]) ?? [],
      ),
    [root],
  );
  return [...new Set(alternatives(inside).flatMap((node) => Object.keys(node.properties ?? {})))];
}

function alternatives(nodes: readonly JsonSchema[]): JsonSchema[] {
  return nodes.flatMap((node) => [node, ...alternatives([...(node.anyOf ?? []), ...(node.oneOf ?? [])])]);
}
