import { z } from 'zod';
import { Workload } from './manifest.ts';
import { Name, Scalar } from './names.ts';
import { Checkpoint, RecordBody } from './records.ts';
import { LiveValues, LogLine, ObservedConnector, ObservedWorkload } from './report.ts';

/** A record on its way to the journal: the stream that it belongs to, and what it says. */
export const Publication = z.object({ stream: Name, body: RecordBody });
export type Publication = z.infer<typeof Publication>;

/** Agent → runner, over the IPC channel of the child process. */
export const ToRunner = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    request: z.number().int().describe('Comes back in the answer'),
    workload: Workload,
    artifacts: z.record(z.string(), z.string()).describe('SHA-256 → absolute path of the verified file'),
    secrets: z.record(Name, z.string()).describe('Opened secrets that the workload names; memory only'),
    writableTags: z.array(z.string()).describe("equipment/tag that the site's own policy lets be written"),
    checkpoint: Checkpoint.nullable(),
  }),
  z.object({ kind: z.literal('stop'), request: z.number().int(), id: z.string() }),
  z.object({ kind: z.literal('journalled'), batch: z.number().int() }),
  z.object({ kind: z.literal('not-journalled'), batch: z.number().int(), code: z.string(), because: z.string() }),
  z.object({ kind: z.literal('watch'), forMs: z.number().int() }),
]);
export type ToRunner = z.infer<typeof ToRunner>;

/** What a runner hosts; `pid`, `restarts` and `runner` are filled in by the agent. */
export const RunnerObserved = z.object({
  workloads: z.array(ObservedWorkload),
  connectors: z.array(ObservedConnector),
  rssBytes: z.number(),
});
export type RunnerObserved = z.infer<typeof RunnerObserved>;

/** Runner → agent. A batch is journalled as a whole with its checkpoint, or not at all. */
export const FromRunner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), pid: z.number().int() }),
  z.object({ kind: z.literal('observed'), observed: RunnerObserved }),
  z.object({
    kind: z.literal('answered'),
    request: z.number().int(),
    problem: z.object({ code: z.string(), message: z.string() }).nullable(),
    observed: RunnerObserved.describe('As it is after the request'),
  }),
  z.object({
    kind: z.literal('batch'),
    batch: z.number().int(),
    records: z.array(Publication),
    checkpoint: Checkpoint.nullable(),
  }),
  z.object({ kind: z.literal('live'), live: LiveValues }),
  z.object({ kind: z.literal('log'), line: LogLine }),
]);
export type FromRunner = z.infer<typeof FromRunner>;

/** A write asked of a connector, and how it ended. */
export const WriteOutcome = z.object({
  outcome: z.enum(['written', 'unchanged', 'refused', 'failed']),
  previous: Scalar.nullable(),
  because: z.string().optional(),
});
export type WriteOutcome = z.infer<typeof WriteOutcome>;
