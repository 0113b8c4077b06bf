import type { Step } from '../../../contracts/steps.ts';
import { artifactsOf } from '../../../core/reconcile/plan-steps.ts';
import { openSecrets } from '../open-secrets.ts';
import { writableTags } from '../site-policy.ts';
import type { StepContext } from './step-context.ts';

/** Starts a workload, or swaps it in, with what it needs; its artifacts are verified once more right before. */
export async function startWorkload(
  { workload }: Extract<Step, { kind: 'start-workload' }>,
  { artifacts, checkpointOf, workloads, policy, identity, manifest }: StepContext,
): Promise<void> {
  const paths: Record<string, string> = {};
  for (const { sha256 } of artifactsOf(workload)) paths[sha256] = await artifacts.verifiedPath(sha256);
  await workloads.start(workload, {
    artifacts: paths,
    secrets: await openSecrets(identity, workload, manifest),
    writableTags: writableTags(policy, workload),
    checkpoint: await checkpointOf(workload.id),
  });
}
