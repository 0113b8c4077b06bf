import { z } from 'zod';
import { Name, Quality, Scalar, Severity, Sha256, TimeMs } from './names.ts';

/** A value with the quality and the time that its source gave it. */
export const Sample = z.object({
  tag: z.string(),
  value: Scalar.nullable(),
  quality: Quality,
  because: z.string().optional().describe("The source's own reason when the quality is not good"),
  sourceTime: TimeMs,
  timeFrom: z.enum(['source', 'arrival']).describe('Whether the source stamped it or the connector on arrival'),
});
export type Sample = z.infer<typeof Sample>;

const inFlow = { flow: Name, step: z.string(), sourceTime: TimeMs };

/** What flows and agents publish; the journal numbers each one within its stream. */
export const RecordBody = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('prediction'),
    ...inFlow,
    forTime: TimeMs.describe('The source time that the prediction is about'),
    values: z.record(z.string(), z.number().nullable()),
    quality: Quality,
    because: z.string().optional(),
    model: z.string().optional().describe('name:version'),
  }),
  z.object({ kind: z.literal('sample'), ...inFlow, values: z.record(z.string(), Scalar.nullable()), quality: Quality }),
  z.object({
    kind: z.literal('decision'),
    ...inFlow,
    decided: z.boolean().describe('What the condition became'),
    because: z.string(),
    latencyMs: z.number().optional().describe('From the reply that brought the tag to the decision'),
  }),
  z.object({
    kind: z.literal('write'),
    ...inFlow,
    tag: z.string(),
    value: Scalar,
    previous: Scalar.nullable(),
    outcome: z.enum(['written', 'unchanged', 'refused', 'failed']),
    because: z.string().optional(),
    latencyMs: z.number().optional().describe('From the reply that brought the tag to the confirmed write'),
  }),
  z.object({
    kind: z.literal('alarm'),
    ...inFlow,
    alarm: z.string(),
    phase: z.enum(['raised', 'cleared']),
    severity: Severity,
    message: z.string(),
    tag: z.string().optional(),
  }),
  z.object({
    kind: z.literal('score'),
    ...inFlow,
    predicted: z.number(),
    truth: z.number(),
    references: z.record(z.string(), z.number()).describe('The reference forecasts for the same time, by name'),
    counted: z.boolean().describe('Whether it enters error and skill (for example only when the sun is up)'),
    error: z
      .object({
        count: z.number().int(),
        mae: z.number(),
        rmse: z.number(),
        references: z.record(z.string(), z.object({ mae: z.number(), rmse: z.number(), skill: z.number().nullable() })),
      })
      .describe('Error and skill so far, since the version was loaded'),
  }),
  z.object({ kind: z.literal('event'), event: z.looseObject({ kind: z.string() }) }),
]);
export type RecordBody = z.infer<typeof RecordBody>;

/** A record as the journal keeps and uploads it. Numbers of a stream start at 1 and never repeat within an incarnation. */
export const StreamRecord = z.object({
  number: z.number().int().positive(),
  at: TimeMs.describe('Wall time at the node when it was journalled'),
  body: RecordBody,
});
export type StreamRecord = z.infer<typeof StreamRecord>;

/** Numbers that the node gave up by the stream's written policy, or that its disk lost, so that a gap is never silent. */
export const Dropped = z.object({
  from: z.number().int().positive(),
  to: z.number().int().positive(),
  because: z
    .enum(['drop-oldest', 'downsample', 'expired', 'corrupt'])
    .describe('corrupt: the disk gave back other bytes'),
});
export type Dropped = z.infer<typeof Dropped>;

export const OnFull = z.enum(['refuse-newest', 'drop-oldest', 'downsample']);
export type OnFull = z.infer<typeof OnFull>;

/** How much of a stream a node keeps, and what gives way when that is full. */
export const StreamPolicy = z.object({
  maxBytes: z
    .number()
    .int()
    .min(4096)
    .default(64 * 1024 * 1024),
  maxAge: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/)
    .optional(),
  onFull: OnFull.default('drop-oldest'),
  priority: z.number().int().min(0).max(9).default(5).describe('9 is uploaded first'),
});
export type StreamPolicy = z.infer<typeof StreamPolicy>;

/** What the node knows of one of its streams. */
export const ObservedStream = z.object({
  stream: Name,
  incarnation: z.string().max(64).describe('Random name of this journal; numbers are unique within it'),
  published: z.number().int().describe('Highest number given so far'),
  acknowledged: z.number().int().describe('Highest number that the control plane has stored without a gap'),
  pending: z.number().int(),
  bytes: z.number().int(),
  fill: z.number().describe('0 to 1'),
  dropped: z.number().int().describe('Records given up by the written policy'),
  refused: z.number().int().describe('Records refused because the stream was full'),
});
export type ObservedStream = z.infer<typeof ObservedStream>;

/** A checkpoint of a flow: its windows and timers, kept in the same commit as the records that it produced. */
export const Checkpoint = z.object({ workload: z.string(), digest: Sha256, body: z.unknown() });
export type Checkpoint = z.infer<typeof Checkpoint>;
