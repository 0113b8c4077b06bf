import { z } from 'zod';

/** One field of a schema: path, what it holds, whether it must be there, its default, its description. */
export interface SchemaField {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback?: string;
  readonly about?: string;
}

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
}

const DEPTH_MAX = 12;

/** All fields of a schema as people write it, in its order, nested ones after their parents. */
export function fieldsOf(schema: z.ZodType, under: string): SchemaField[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return walk(json, under, 0);
}

function walk(schema: JsonSchema, path: string, depth: number): SchemaField[] {
  if (depth > DEPTH_MAX) return [];
  const fields: SchemaField[] = [];
  const seen = new Set<string>();
  for (const part of alternatives(schema)) {
    for (const [name, child] of Object.entries(part.properties ?? {})) {
      const at = `${path}.${name}`;
      if (seen.has(at)) continue;
      seen.add(at);
      fields.push(fieldOf(at, child, part.required?.includes(name) === true && child.default === undefined));
      fields.push(...walk(child, at, depth + 1));
    }
    if (part.items !== undefined) fields.push(...walk(part.items, `${path}[]`, depth + 1));
    if (typeof part.additionalProperties === 'object') {
      fields.push(...walk(part.additionalProperties, `${path}.NAME`, depth + 1));
    }
  }
  return fields;
}

function fieldOf(path: string, schema: JsonSchema, required: boolean): SchemaField {
  return {
    path,
    type: typeText(schema),
    required,
    ...(schema.default === undefined ? {} : { fallback: JSON.stringify(schema.default) }),
    ...(schema.description === undefined ? {} : { about: schema.description }),
  };
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return inner.length === 0 ? [schema] : [schema, ...inner.flatMap(alternatives)];
}

function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => String(value)).join(' | ');
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (inner.length > 0) return [...new Set(inner.map(typeText))].join(' | ');
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object' && schema.properties === undefined) {
    return `name → ${typeText(schema.additionalProperties)}`;
  }
  if (schema.type === 'integer' || schema.type === 'number') return rangeText(schema);
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'anything');
}

function rangeText({ type, minimum, maximum }: JsonSchema): string {
  const from = minimum === undefined || minimum < -1e15 ? undefined : `from ${minimum}`;
  const to = maximum === undefined || maximum > 1e15 ? undefined : `to ${maximum}`;
  return [type, from, to].filter((part) => part !== undefined).join(' ');
}

/** The fields as lines: path, type, then the sentence below. */
export function fieldsText(fields: readonly SchemaField[]): string {
  return fields
    .map(({ path, type, required, fallback, about }) => {
      const notes = [required ? 'required' : undefined, fallback === undefined ? undefined : `default ${fallback}`];
      const said = notes.filter((note) => note !== undefined).join(', ');
      return `  ${path}: ${type}${said === '' ? '' : `  (${said})`}\n${about === undefined ? '' : `      ${about}\n`}`;
    })
    .join('');
}
