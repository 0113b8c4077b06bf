import { z } from 'zod';
import type { ErrorCode, Problem } from '../../contracts/errors.ts';
import { suggest } from './nearest.ts';

/** A problem with the code of the error that it becomes. */
export interface CodedProblem extends Problem {
  readonly code: ErrorCode;
}

const PROBLEMS_MAX = 50;

/**
 * What is wrong with a value, field by field: unknown fields with the nearest known one, of a union the nearest
 * alternative. What `unknowable` says cannot be judged yet is left out, unless it is a field that does not exist.
 */
export function schemaProblems(
  schema: z.ZodType,
  error: z.ZodError,
  where: string,
  unknowable: (path: readonly PropertyKey[]) => boolean = () => false,
): CodedProblem[] {
  const issues = error.issues
    .flatMap((issue) => flatten(issue, []))
    .filter(({ issue, path }) => issue.code === 'unrecognized_keys' || !unknowable(path));
  const problems = issues.slice(0, PROBLEMS_MAX).flatMap((issue) => problemsOf(schema, issue, where));
  // A misspelt field makes another one missing: what was misspelt comes first.
  const unknownFirst = (problem: CodedProblem) => (problem.code === 'unknown-field' ? 0 : 1);
  return problems.sort((a, b) => unknownFirst(a) - unknownFirst(b));
}

interface Issue {
  readonly issue: z.core.$ZodIssue;
  readonly path: readonly PropertyKey[];
}

/** Of a union, the alternative that went furthest: what people most likely meant. */
function flatten(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }];
  const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(...branch.map((one) => one.path.length));
  const branches = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  return branches[0]!.flatMap((one) => flatten(one, path));
}

function problemsOf(schema: z.ZodType, { issue, path }: Issue, where: string): CodedProblem[] {
  const at = placeOf(where, path);
  if (issue.code !== 'unrecognized_keys')
    return [{ code: 'invalid-resource', where: at, message: messageOf(issue, path) }];
  const known = knownKeys(schema, path);
  return issue.keys.map((key) => ({
    code: 'unknown-field',
    where: `${at}.${key}`,
    message: `unknown field "${key}"`,
    hint: suggest(key, known),
  }));
}

function messageOf(issue: z.core.$ZodIssue, path: readonly PropertyKey[]): string {
  const missing = issue.code === 'invalid_type' && /received undefined$/.test(issue.message);
  if (!missing) return issue.message.replace(/^Invalid input: /, '');
  return `${String(path.at(-1) ?? 'it')} is missing: ${issue.expected} expected`;
}

/** `spec.steps[3].model`, as people point at a place. */
export function placeOf(where: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((at, key) => (typeof key === 'number' ? `${at}[${key}]` : `${at}.${String(key)}`), where);
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema;
  const step = (nodes: readonly JsonSchema[], key: PropertyKey) =>
    alternatives(nodes).flatMap((node) => {
      if (typeof key === 'number') return node.items ?? [];
      const inside = node.properties?.[String(key)] ?? node.additionalProperties;
      return typeof inside === 'object' ? inside : [];
    });
  const nodes = path.reduce<readonly JsonSchema[]>(step, [root]);
  return [...new Set(alternatives(nodes).flatMap((node) => Object.keys(node.properties ?? {})))];
}

function alternatives(nodes: readonly JsonSchema[]): JsonSchema[] {
  return nodes.flatMap((node) => [
    node,
    ...alternatives([...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]),
  ]);
}
