import { z } from 'zod';
import { Step } from './steps.ts';

/** What happened at a node. Sentences are made of these in one place: core/base/say-event.ts. */
export const AgentEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent-started'), version: z.string(), manifestNumber: z.number().int() }),
  z.object({ kind: z.literal('link-up') }),
  z.object({ kind: z.literal('link-down'), because: z.string() }),
  z.object({ kind: z.literal('manifest-accepted'), number: z.number().int() }),
  z.object({ kind: z.literal('manifest-refused'), number: z.number().int(), because: z.string() }),
  z.object({ kind: z.literal('trust-accepted'), number: z.number().int() }),
  z.object({ kind: z.literal('step-done'), step: Step, tookMs: z.number() }),
  z.object({ kind: z.literal('step-failed'), step: Step, because: z.string(), attempt: z.number().int() }),
  z.object({ kind: z.literal('converged'), manifestNumber: z.number().int() }),
  z.object({ kind: z.literal('runner-exited'), runner: z.string(), because: z.string() }),
  z.object({ kind: z.literal('runner-started'), runner: z.string(), recoveredMs: z.number().nullable() }),
  z.object({ kind: z.literal('workload-healthy'), id: z.string() }),
  z.object({ kind: z.literal('workload-unhealthy'), id: z.string(), because: z.string() }),
  z.object({ kind: z.literal('records-dropped'), stream: z.string(), count: z.number().int(), because: z.string() }),
  z.object({ kind: z.literal('write-refused'), tag: z.string(), because: z.string() }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;

/** What happened in the control plane, beside the change log (which holds every change of a resource). */
export const ControlEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('node-enrolled'), node: z.string(), site: z.string() }),
  z.object({ kind: z.literal('node-connected'), node: z.string() }),
  z.object({ kind: z.literal('node-lost'), node: z.string(), because: z.string() }),
  z.object({ kind: z.literal('manifest-issued'), node: z.string(), number: z.number().int(), because: z.string() }),
  z.object({ kind: z.literal('release-made'), deployment: z.string(), release: z.number().int(), because: z.string() }),
  z.object({
    kind: z.literal('rollout-started'),
    deployment: z.string(),
    release: z.number().int(),
    nodes: z.number().int(),
  }),
  z.object({ kind: z.literal('rollout-done'), deployment: z.string(), release: z.number().int(), tookMs: z.number() }),
  z.object({
    kind: z.literal('rollout-rolled-back'),
    deployment: z.string(),
    release: z.number().int(),
    to: z.number().int().nullable(),
    because: z.string(),
  }),
  z.object({ kind: z.literal('compile-failed'), node: z.string(), because: z.string() }),
  z.object({
    kind: z.literal('alert-raised'),
    rule: z.string(),
    node: z.string(),
    severity: z.string(),
    message: z.string(),
  }),
  z.object({ kind: z.literal('alert-cleared'), rule: z.string(), node: z.string(), message: z.string() }),
  z.object({ kind: z.literal('control-plane-started'), version: z.string() }),
  z.object({ kind: z.literal('signed-in'), person: z.string() }),
]);
export type ControlEvent = z.infer<typeof ControlEvent>;
