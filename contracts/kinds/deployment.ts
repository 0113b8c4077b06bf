import { z } from 'zod';
import { Duration, Name, Scalar } from '../names.ts';
import { Selector } from '../selector.ts';

/** How a change goes out. One wave of everything is the default. */
export const RolloutPolicy = z.strictObject({
  healthyWithin: Duration.default('2m').describe(
    'A node that is not healthy on the new release by then counts as unhealthy',
  ),
  healthyFor: Duration.default('5s').describe('How long a node must stay healthy before it counts'),
  maxUnhealthy: z.number().int().min(0).default(0).describe('More unhealthy nodes than this and everything rolls back'),
  waves: z
    .array(z.strictObject({ share: z.number().gt(0).max(1) }))
    .min(1)
    .max(20)
    .default([{ share: 1 }])
    .describe('Cumulative share of the nodes that each wave reaches; the last is always everything'),
});
export type RolloutPolicy = z.infer<typeof RolloutPolicy>;

/** Which workloads should run on which nodes, and how a change to that goes out. */
export const DeploymentSpec = z.strictObject({
  target: Selector,
  flows: z.array(Name).min(1).max(100).describe('The flows to run'),
  variables: z.record(z.string(), Scalar).default({}).describe('Values for ${NAME}; site and node win over these'),
  rollout: RolloutPolicy.prefault({}),
  paused: z.boolean().default(false).describe('No node is moved while true'),
});
export type DeploymentSpec = z.infer<typeof DeploymentSpec>;
