import type { Step, StepKind } from '../../../contracts/steps.ts';
import { fetchArtifact } from './fetch-artifact.ts';
import { removeArtifact } from './remove-artifact.ts';
import { startWorkload } from './start-workload.ts';
import type { StepContext } from './step-context.ts';
import { stopWorkload } from './stop-workload.ts';

type Executors = {
  readonly [K in StepKind]: (step: Extract<Step, { kind: K }>, context: StepContext) => Promise<void>;
};

/** One executor for each kind of step; a kind without one does not compile. */
const executors: Executors = {
  'fetch-artifact': fetchArtifact,
  'start-workload': startWorkload,
  'stop-workload': stopWorkload,
  'remove-artifact': removeArtifact,
};

/** Does one step. May be repeated after a crash. Rejects with what went wrong. */
export function executeStep(step: Step, context: StepContext): Promise<void> {
  return (executors[step.kind] as (step: Step, context: StepContext) => Promise<void>)(step, context);
}
