import { z } from 'zod';
import { Name, Quality, Sha256, TimeMs } from './names.ts';
import { ObservedStream, Sample } from './records.ts';

export const Health = z.enum(['healthy', 'unhealthy', 'unknown']);
export type Health = z.infer<typeof Health>;

/** A workload as the node sees it. */
export const ObservedWorkload = z.object({
  id: z.string(),
  kind: z.enum(['connector', 'flow']),
  digest: Sha256,
  runner: z.string(),
  phase: z.enum(['starting', 'running', 'failed']),
  health: Health,
  because: z.string().optional().describe('Why it is not healthy'),
  since: TimeMs.describe('When phase and health became what they are'),
  restarts: z.number().int(),
  pid: z.number().int().optional(),
  counters: z.record(z.string(), z.number()).optional(),
});
export type ObservedWorkload = z.infer<typeof ObservedWorkload>;

/** How the equipment behind a connector answers. */
export const ObservedConnector = z.object({
  id: z.string(),
  equipment: Name,
  protocol: z.string(),
  phase: z.enum(['connecting', 'connected', 'disconnected']),
  quality: Quality,
  because: z.string().optional(),
  scans: z.number().int(),
  errors: z.number().int(),
  requests: z.number().int(),
  reconnects: z.number().int(),
  latencyMs: z.object({ p50: z.number(), p99: z.number() }).optional(),
  lastAnswerAt: TimeMs.optional(),
});
export type ObservedConnector = z.infer<typeof ObservedConnector>;

export const ObservedHost = z.object({
  platform: z.string(),
  cpus: z.number().int(),
  load1: z.number(),
  memoryBytes: z.number(),
  memoryFreeBytes: z.number(),
  diskFreeBytes: z.number(),
  uptimeS: z.number(),
  agentRssBytes: z.number(),
  runnersRssBytes: z.number(),
});
export type ObservedHost = z.infer<typeof ObservedHost>;

/** What is observed at one node, whole; repeated in full after a reconnect, so nothing depends on a message arriving. */
export const Report = z.object({
  node: Name,
  at: TimeMs,
  agentVersion: z.string(),
  startedAt: TimeMs,
  manifestNumber: z.number().int().nonnegative(),
  manifestSha256: Sha256.nullable(),
  trustNumber: z.number().int().nonnegative(),
  converged: z.boolean().describe('Whether what is observed is what the manifest asks for'),
  refused: z.object({ number: z.number().int(), because: z.string(), at: TimeMs }).nullable(),
  stuck: z.object({ step: z.string(), because: z.string(), attempts: z.number().int(), since: TimeMs }).nullable(),
  host: ObservedHost,
  workloads: z.array(ObservedWorkload).max(5000),
  connectors: z.array(ObservedConnector).max(2000),
  streams: z.array(ObservedStream).max(200),
});
export type Report = z.infer<typeof Report>;

/** The newest value of tags, sent only while somebody looks. */
export const LiveValues = z.object({ node: Name, at: TimeMs, samples: z.array(Sample).max(2000) });
export type LiveValues = z.infer<typeof LiveValues>;

export const LogLine = z.object({
  at: TimeMs,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  from: z.string().describe('agent, or the id of the workload or runner'),
  text: z.string().max(4000),
});
export type LogLine = z.infer<typeof LogLine>;
