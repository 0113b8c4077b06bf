import type { Step } from '../../../contracts/steps.ts';
import type { StepContext } from './step-context.ts';

/** Removes an artifact that nothing needs any more. */
export async function removeArtifact(
  { sha256 }: Extract<Step, { kind: 'remove-artifact' }>,
  { artifacts }: StepContext,
): Promise<void> {
  await artifacts.remove(sha256);
}
