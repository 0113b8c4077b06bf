import type { FlowSpec } from '../../contracts/kinds/flow.ts';

/** What a flow needs from outside, as it writes it; each once, in the order of the flow. */
export interface FlowReferences {
  /** `name@alias` or `name:version`. */
  models: string[];
  /** `equipment/tag`. */
  reads: string[];
  writes: string[];
  streams: string[];
}

/** Models, tags and streams that a flow names. Text with unresolved variables is handed on as it is. */
export function flowReferences(flow: FlowSpec): FlowReferences {
  const once = (list: readonly (string | undefined)[]) => [...new Set(list.filter((item) => item !== undefined))];
  const { steps } = flow;
  return {
    models: once(steps.map((step) => step.model?.use)),
    reads: once(Object.values(flow.inputs).map((input) => input.tag)),
    writes: once(steps.map((step) => step.write?.tag)),
    streams: once(steps.map((step) => (step.when ?? step.write ?? step.alarm ?? step.publish ?? step.score)?.stream)),
  };
}
