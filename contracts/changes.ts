import { z } from 'zod';
import { Name, TimeMs } from './names.ts';
import { KeptResource, KindName } from './resource.ts';
import { Step } from './steps.ts';

/** One entry of the append-only, hash-chained change log: audit trail, watch feed and undo history in one. */
export const Change = z.object({
  number: z.number().int().positive(),
  at: TimeMs,
  actor: z.string().describe('person:…, token:…, node:… or system'),
  action: z.enum(['created', 'updated', 'deleted']),
  kind: KindName,
  name: Name,
  before: KeptResource.nullable(),
  after: KeptResource.nullable(),
  because: z.string().optional(),
  previousHash: z.string(),
  hash: z.string().describe('SHA-256 over previousHash and the canonical JSON of the rest'),
});
export type Change = z.infer<typeof Change>;

/** One difference between what is kept and what is asked for. */
export const PlannedChange = z.object({
  action: z.enum(['create', 'update', 'delete', 'unchanged']),
  kind: KindName,
  name: Name,
  generation: z.number().int().nullable(),
  fields: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })).max(500),
});
export type PlannedChange = z.infer<typeof PlannedChange>;

/** What one node would do. */
export const PlannedNode = z.object({
  node: Name,
  site: Name,
  steps: z.array(Step),
  writes: z.array(z.string()).describe('Tags that it would newly be allowed to write'),
  because: z.string(),
  problem: z.string().nullable().describe('Why this node cannot get its manifest; it keeps the one that it has'),
});
export type PlannedNode = z.infer<typeof PlannedNode>;

/** Look before: what a change would do, made by the same functions that will do it. */
export const Plan = z.object({
  digest: z.string().describe('Give it to apply, and apply refuses when something changed since'),
  changes: z.array(PlannedChange),
  nodes: z.array(PlannedNode),
  rollouts: z.array(
    z.object({
      deployment: Name,
      from: z.number().int().nullable(),
      nodes: z.number().int(),
      waves: z.number().int(),
      because: z.string(),
    }),
  ),
  downloadBytes: z.number(),
  problems: z.array(z.object({ where: z.string().optional(), message: z.string(), hint: z.string().optional() })),
});
export type Plan = z.infer<typeof Plan>;
