import type { Problem } from '../../contracts/errors.ts';
import type { FlowSpec } from '../../contracts/kinds/flow.ts';
import { analyseFlow } from './analyse-flow.ts';
import type { FlowFacts } from './flow-facts.ts';

/**
 * What is wrong with a flow before it is deployed; empty when it can run. Facts that are not known yet are left out, and
 * text with unresolved variables is not judged. Each problem says where (`steps[3].model.inputs.X`), what, and what to do.
 */
export function checkFlow(flow: FlowSpec, facts: FlowFacts): Problem[] {
  return analyseFlow(flow, facts).problems;
}
