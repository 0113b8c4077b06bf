import type { StepKind } from '../../../contracts/kinds/flow.ts';
import type { StepDefinition } from '../step-definition.ts';
import { alarm } from './alarm.ts';
import { compute } from './compute.ts';
import { join } from './join.ts';
import { model } from './model.ts';
import { publish } from './publish.ts';
import { resample } from './resample.ts';
import { score } from './score.ts';
import { sun } from './sun.ts';
import { when } from './when.ts';
import { window } from './window.ts';
import { write } from './write.ts';

/** Every kind of step. A kind without a definition does not compile. */
export const stepDefinitions: { readonly [K in StepKind]: StepDefinition<K> } = {
  resample,
  window,
  sun,
  compute,
  join,
  model,
  when,
  write,
  alarm,
  publish,
  score,
};

/** The definition of a kind, for callers that hold settings of any kind. */
export function definitionOf(kind: StepKind): StepDefinition<StepKind> {
  return stepDefinitions[kind] as unknown as StepDefinition<StepKind>;
}
