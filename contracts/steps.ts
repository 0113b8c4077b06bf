import { z } from 'zod';
import { ArtifactRef, Workload } from './manifest.ts';

/** One change that a node makes, as data. Every kind may be repeated after a crash without harm. */
export const Step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fetch-artifact'), artifact: ArtifactRef, because: z.string() }),
  z.object({
    kind: z.literal('start-workload'),
    workload: Workload,
    replaces: z.string().nullable(),
    because: z.string(),
  }),
  z.object({ kind: z.literal('stop-workload'), id: z.string(), runner: z.string(), because: z.string() }),
  z.object({ kind: z.literal('remove-artifact'), sha256: z.string(), because: z.string() }),
]);
export type Step = z.infer<typeof Step>;
export type StepKind = Step['kind'];
