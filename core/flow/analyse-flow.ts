import type { Problem } from '../../contracts/errors.ts';
import {
  builtInStreams,
  type FlowSpec,
  type FlowStep,
  type ResolvedFlowSpec,
  stepKindOf,
} from '../../contracts/kinds/flow.ts';
import { suggest } from '../base/nearest.ts';
import { createVocabulary, namesIn, reservedWords, type Vocabulary } from './expression.ts';
import type { FlowFacts } from './flow-facts.ts';
import { orderSteps } from './order-steps.ts';
import type { StepOutputs } from './step-definition.ts';
import { createStepScope, hasVariable } from './step-scope.ts';
import { definitionOf } from './steps/registry.ts';
import { unitConversion } from './units.ts';

/** Everything that checking and compiling share. */
export interface FlowAnalysis {
  problems: Problem[];
  /** Indexes of the steps so that each comes after what it reads. */
  order: readonly number[];
  /** Outputs by input or step. */
  outputs: ReadonlyMap<string, StepOutputs>;
  vocabulary: Vocabulary;
}

/** Names, references, order and types of a flow, and what is wrong with them. Never throws on a spec that its schema admits. */
export function analyseFlow(flow: FlowSpec, facts: FlowFacts): FlowAnalysis {
  // Before variables are resolved a leaf may be text; what looks at leaves leaves text with variables alone.
  const spec = flow as ResolvedFlowSpec;
  const problems: Problem[] = [...nameProblems(spec)];
  const outputs = new Map<string, StepOutputs>();
  const vocabulary = createVocabulary();
  const learn = (name: string, what: StepOutputs) => {
    if (outputs.has(name) || reservedWords.has(name)) return;
    outputs.set(name, what);
    if (Object.keys(what).length > 0) vocabulary.add(name, what);
  };
  for (const [name, input] of Object.entries(spec.inputs)) {
    problems.push(...inputProblems(`inputs.${name}`, input, facts));
    learn(name, { '': { kind: input.type, unit: input.unit } });
  }
  const { order, cycle } = orderSteps(spec.steps.map((step) => ({ id: step.id, reads: readsOf(step) })));
  if (cycle.length > 0) {
    const where = `steps[${spec.steps.findIndex((step) => step.id === cycle[0])}]`;
    problems.push({
      where,
      message: `the steps wait for each other: ${cycle.join(' → ')}`,
      hint: 'Take one of these references away.',
    });
  }
  const waiting = new Set(spec.steps.map((step) => step.id));
  const streams = new Set<string>([...builtInStreams, ...Object.keys(spec.streams)]);
  for (const index of order) {
    const step = spec.steps[index]!;
    const kind = stepKindOf(step);
    const scope = createStepScope({
      where: `steps[${index}].${kind}`,
      problems,
      outputs,
      vocabulary,
      facts,
      streams,
      waiting,
    });
    learn(step.id, definitionOf(kind).check(step[kind] as never, scope));
    waiting.delete(step.id);
  }
  return { problems, order, outputs, vocabulary };
}

/** Names of the inputs and steps that a step reads. */
export function readsOf(step: FlowStep): string[] {
  const kind = stepKindOf(step);
  const { series, expressions } = definitionOf(kind).reads(step[kind] as never);
  const named = [
    ...series.map((ref) => ref.split('.')[0]!),
    ...expressions.filter((text) => !hasVariable(text)).flatMap(namesIn),
  ];
  return [...new Set(named)];
}

function* nameProblems(spec: ResolvedFlowSpec): Iterable<Problem> {
  const seen = new Map<string, string>(Object.keys(spec.inputs).map((name) => [name, `inputs.${name}`]));
  for (const [name, where] of seen) {
    if (reservedWords.has(name))
      yield { where, message: `"${name}" is a word of the expression language`, hint: 'Choose another name.' };
  }
  for (const [index, step] of spec.steps.entries()) {
    const where = `steps[${index}].id`;
    if (reservedWords.has(step.id))
      yield { where, message: `"${step.id}" is a word of the expression language`, hint: 'Choose another id.' };
    const first = seen.get(step.id);
    if (first !== undefined)
      yield { where, message: `"${step.id}" is already ${first}`, hint: 'Give each input and step its own name.' };
    else seen.set(step.id, where);
  }
}

function* inputProblems(where: string, input: ResolvedFlowSpec['inputs'][string], facts: FlowFacts): Iterable<Problem> {
  if (facts.tags === undefined || hasVariable(input.tag)) return;
  const tag = facts.tags[input.tag];
  if (tag === undefined) {
    yield {
      where: `${where}.tag`,
      message: `there is no tag "${input.tag}"`,
      hint: suggest(input.tag, Object.keys(facts.tags)),
    };
    return;
  }
  if (tag.type !== input.type) {
    yield {
      where: `${where}.type`,
      message: `${input.tag} gives ${tag.type}, not ${input.type}`,
      hint: `Say type: ${tag.type}, and use it so.`,
    };
  }
  if (input.unit === undefined || tag.unit === undefined || hasVariable(input.unit)) return;
  if (unitConversion(tag.unit, input.unit) === undefined) {
    yield {
      where: `${where}.unit`,
      message: `${input.tag} is in ${tag.unit}, which does not convert to ${input.unit}`,
      hint: `Say unit: ${tag.unit}, and convert in a compute step.`,
    };
  }
}
