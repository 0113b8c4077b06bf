import { z } from 'zod';
import { EdgeError } from '../../contracts/errors.ts';
import { type FlowSpec, ResolvedFlowSpec } from '../../contracts/kinds/flow.ts';
import type { Sample } from '../../contracts/records.ts';
import type { WriteOutcome } from '../../contracts/runner.ts';
import { analyseFlow, type FlowAnalysis } from './analyse-flow.ts';
import type { Effect, InferResult } from './effect.ts';
import type { FlowFacts } from './flow-facts.ts';
import { createFlowInputs } from './flow-inputs.ts';
import type { SeriesPoint } from './series-board.ts';
import { createStepGraph } from './step-graph.ts';

/** What a flow has counted since it was first started, also across restores. */
export interface FlowCounters {
  /** Samples of its tags. */
  received: number;
  /** Samples with the source time of the one before: the source has nothing new to say. */
  repeated: number;
  /** Samples or values given up because a newer one of the same series had been there. */
  late: number;
  /** Samples of bad quality, failed inferences, values that could not be decided or written. */
  bad: number;
  /** Missing intervals. */
  gaps: number;
  /** Values whose partners at the same source time never came. */
  unmatched: number;
  /** Values given up because too many waited. */
  overflow: number;
  /** Predictions whose truth never came in time. */
  unscored: number;
}

/** A flow at work. Pure and synchronous: everything it wants done comes back as effects, in order. */
export interface CompiledFlow {
  /** The tags that it reads. */
  readonly tags: readonly string[];
  /** Takes a sample of one of its tags; others are ignored. `arrivalMs` comes back with the effects, for latency. */
  push(sample: Sample, arrivalMs?: number): readonly Effect[];
  /**
   * Says how late it is, so that hold times and intervals end without a sample. Only where samples are stamped on arrival:
   * once a source stamps its own, its time is another one and this has no effect.
   */
  advance(wallMs: number): readonly Effect[];
  /** The answer to an infer effect. Answers may come in any order; an unknown id is ignored. */
  resume(id: number, result: InferResult): readonly Effect[];
  /** The outcome of a write effect; gives its record. An unknown id is ignored. */
  wrote(id: number, outcome: WriteOutcome, latencyMs?: number): readonly Effect[];
  /** Everything that matters later, as plain JSON. */
  snapshot(): FlowSnapshot;
  /** Goes on from a snapshot of the same flow; asks again for what was unanswered. EdgeError `corrupt` changes nothing. */
  restore(snapshot: unknown): readonly Effect[];
  counters(): FlowCounters;
  /** The newest point of every series, by `input`, `step` or `step.output`. */
  newest(): Record<string, SeriesPoint>;
}

const FlowSnapshot = z.strictObject({ format: z.literal(1), inputs: z.unknown(), graph: z.unknown() });
export type FlowSnapshot = z.infer<typeof FlowSnapshot>;

const nothing: readonly Effect[] = [];

/**
 * Compiles a checked flow into closures. Throws EdgeError `invalid-flow` when it has problems, as `checkFlow` lists them, or
 * unresolved variables.
 */
export function compileFlow(name: string, spec: FlowSpec, facts: FlowFacts): CompiledFlow {
  const flow = resolved(spec);
  const analysis = analyseFlow(flow, { ...facts, models: facts.models ?? {} });
  refuse(name, analysis);
  let effects: Effect[] = [];
  const graph = createStepGraph({
    flow: name,
    spec: flow,
    analysis,
    facts,
    effect: (effect) => void effects.push(effect),
  });
  const inputs = createFlowInputs(flow, facts);

  function taken(): readonly Effect[] {
    if (effects.length === 0) return nothing;
    const asked = effects;
    effects = [];
    return asked;
  }

  return {
    tags: [...new Set(Object.values(flow.inputs).map((input) => input.tag))],
    push(sample, arrivalMs = 0) {
      for (const index of inputs.of(sample.tag)) {
        const what = inputs.accept(index, sample);
        if (what === 'repeated') continue;
        if (what === 'clock-changed') graph.reset();
        if (what === 'late') {
          graph.count('late');
          continue;
        }
        graph.setArrivalMs(0);
        graph.advance(inputs.time);
        graph.setArrivalMs(arrivalMs);
        if (inputs.point.because !== undefined) graph.count('bad');
        graph.feed(index, inputs.point.time, inputs.point.value, inputs.point.because);
      }
      return taken();
    },
    advance(wallMs) {
      inputs.advance(wallMs);
      graph.setArrivalMs(0);
      graph.advance(inputs.time);
      return taken();
    },
    resume(id, result) {
      graph.resume(id, result);
      graph.setArrivalMs(0);
      graph.advance(inputs.time);
      return taken();
    },
    wrote(id, outcome, latencyMs) {
      graph.confirm(id, outcome, latencyMs);
      return taken();
    },
    snapshot: () => ({ format: 1, inputs: inputs.save(), graph: graph.save() }),
    restore(snapshot) {
      const before = { inputs: inputs.save(), graph: graph.save() };
      try {
        const saved = FlowSnapshot.parse(snapshot);
        inputs.load(saved.inputs);
        graph.load(saved.graph);
      } catch (cause) {
        inputs.load(before.inputs);
        graph.load(before.graph);
        throw new EdgeError('corrupt', `the checkpoint does not fit the flow ${name}`, {
          cause,
          hint: 'The flow starts without it; its windows fill again.',
        });
      }
      graph.reissue();
      return taken();
    },
    counters: () => ({ received: inputs.received, repeated: inputs.repeated, ...graph.counters() }),
    newest: () => graph.newest(),
  };
}

function resolved(spec: FlowSpec): ResolvedFlowSpec {
  const parsed = ResolvedFlowSpec.safeParse(spec);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({ where: issue.path.join('.'), message: issue.message }));
  throw new EdgeError('invalid-flow', 'the flow is not complete', { where: problems[0]?.where, problems });
}

function refuse(name: string, { problems }: FlowAnalysis): void {
  const first = problems[0];
  if (first === undefined) return;
  throw new EdgeError('invalid-flow', `flow ${name}: ${first.message}`, {
    where: first.where,
    hint: first.hint,
    problems,
  });
}
