import type { Step } from '../../../contracts/steps.ts';
import type { StepContext } from './step-context.ts';

/** Stops a workload. */
export async function stopWorkload(
  { id }: Extract<Step, { kind: 'stop-workload' }>,
  { workloads }: StepContext,
): Promise<void> {
  await workloads.stop(id);
}
