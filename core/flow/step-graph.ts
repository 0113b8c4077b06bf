import { z } from 'zod';
import { type FlowStep, type ResolvedFlowSpec, stepKindOf } from '../../contracts/kinds/flow.ts';
import type { WriteOutcome } from '../../contracts/runner.ts';
import { type FlowAnalysis, readsOf } from './analyse-flow.ts';
import type { FlowCounters } from './compile-flow.ts';
import type { Effect, InferResult } from './effect.ts';
import type { FlowFacts } from './flow-facts.ts';
import type { Value } from './port-type.ts';
import { createSeriesBoard, SavedBoard, type SeriesPoint } from './series-board.ts';
import type { FlowCounter, RunningStep, StepHost } from './step-definition.ts';
import { seriesType } from './step-scope.ts';
import { definitionOf } from './steps/registry.ts';

const noCounts: Readonly<Record<FlowCounter, number>> = {
  late: 0,
  bad: 0,
  gaps: 0,
  unmatched: 0,
  overflow: 0,
  unscored: 0,
};

const Saved = z.strictObject({
  nextId: z.number().int(),
  counters: z.record(z.string(), z.number()),
  newest: SavedBoard,
  steps: z.record(z.string(), z.unknown()),
});

/**
 * The running steps and what joins them. INVARIANTS: a step runs after everything that it reads; a pass lets each step do one
 * piece of work, so that values of one source time travel together.
 */
export interface StepGraph {
  /** Gives a point to an input (by its place in the flow) and lets everything run that can. */
  feed(input: number, time: number, value: Value, because: string | undefined): void;
  /** Wakes, in the order of their deadlines, the steps whose time has come. Never past an unanswered inference. */
  advance(time: number): void;
  resume(id: number, result: InferResult): void;
  confirm(id: number, outcome: WriteOutcome, latencyMs: number | undefined): void;
  setArrivalMs(arrivalMs: number): void;
  count(what: FlowCounter): void;
  counters(): Omit<FlowCounters, 'received' | 'repeated'>;
  newest(): Record<string, SeriesPoint>;
  save(): z.infer<typeof Saved>;
  load(saved: unknown): void;
  /** Forgets everything but what it has counted and numbered. */
  reset(): void;
  reissue(): void;
}

interface Placed {
  readonly id: string;
  readonly running: RunningStep;
  /** Whether there may be work. */
  ready: boolean;
}

export function createStepGraph(of: {
  flow: string;
  spec: ResolvedFlowSpec;
  analysis: FlowAnalysis;
  facts: FlowFacts;
  effect: (effect: Effect) => void;
}): StepGraph {
  const { flow, spec, analysis, facts, effect } = of;
  const board = createSeriesBoard();
  let counters = { ...noCounts };
  let nextId = 1;
  let arrivalMs = 0;
  const count = (what: FlowCounter) => {
    counters[what]++;
  };
  const setArrivalMs = (ms: number) => {
    arrivalMs = ms;
  };
  const shared = { nextId: () => nextId++, arrivalMs: () => arrivalMs, setArrivalMs, count, effect };

  function place(step: FlowStep): Placed {
    const kind = stepKindOf(step);
    let slots = 0;
    const host: StepHost = {
      ...shared,
      flow,
      step: step.id,
      slot(ref) {
        board.subscribe(ref, slots, (slot, time, value, because) => {
          placed.running.receive(slot, time, value, because);
          placed.ready = true;
        });
        return slots++;
      },
      output: (name = '') => board.add(name === '' ? step.id : `${step.id}.${name}`),
      emit(output, time, value, because) {
        if (!board.emit(output, time, value, because)) count('late');
      },
      typeOf: (ref) => seriesType(analysis.outputs, ref)!,
      expression(text) {
        const result = analysis.vocabulary.compile(text);
        if (!result.ok) throw new Error(`unchecked expression ${text}: ${result.problem.message}`);
        return result.compiled;
      },
      model: (ref) => facts.models![ref]!,
      modelBehind: (refs) => modelBehind(spec, facts, refs),
    };
    const placed: Placed = {
      id: step.id,
      running: definitionOf(kind).compile(step[kind] as never, host),
      ready: false,
    };
    return placed;
  }

  for (const input of Object.keys(spec.inputs)) board.add(input);
  const steps = analysis.order.map((index) => place(spec.steps[index]!));
  const inferring = steps.filter(({ running }) => running.outstanding !== undefined);
  const timed = steps.filter(({ running }) => running.deadline !== undefined);

  function settle(): void {
    for (let more = true; more; ) {
      more = false;
      for (const step of steps) {
        if (!step.ready) continue;
        step.ready = step.running.run();
        more ||= step.ready;
      }
    }
  }

  function nextBefore(limit: number): Placed | undefined {
    let next: Placed | undefined;
    let earliest = limit;
    for (const step of timed) {
      const deadline = step.running.deadline!();
      if (deadline >= earliest) continue;
      earliest = deadline;
      next = step;
    }
    return next;
  }

  function limitOf(time: number): number {
    let limit = time;
    for (const step of inferring) limit = Math.min(limit, step.running.outstanding!());
    return limit;
  }

  const graph: StepGraph = {
    feed(input, time, value, because) {
      if (!board.emit(input, time, value, because)) count('late');
      settle();
    },
    advance(time) {
      for (let next = nextBefore(limitOf(time)); next !== undefined; next = nextBefore(limitOf(time))) {
        next.running.wake!();
        next.ready = true;
        settle();
      }
    },
    resume(id, result) {
      const step = inferring.find(({ running }) => running.resume!(id, result));
      if (step === undefined) return;
      step.ready = true;
      settle();
    },
    confirm(id, outcome, latencyMs) {
      steps.some(({ running }) => running.confirm?.(id, outcome, latencyMs) === true);
    },
    setArrivalMs,
    count,
    counters: () => ({ ...counters }),
    newest: board.newest,
    save: () => ({
      nextId,
      counters: { ...counters },
      newest: board.save(),
      steps: Object.fromEntries(steps.map(({ id, running }) => [id, running.save()])),
    }),
    load(saved) {
      const loaded = Saved.parse(saved);
      for (const { id, running } of steps) running.load(loaded.steps[id]);
      board.load(loaded.newest);
      nextId = loaded.nextId;
      counters = { ...noCounts, ...loaded.counters };
    },
    reset: () => graph.load({ ...pristine, nextId, counters }),
    reissue() {
      for (const { running } of steps) running.reissue?.();
    },
  };
  const pristine = graph.save();
  return graph;
}

/** The model, `name:version`, whose output reaches these series first. */
function modelBehind(spec: ResolvedFlowSpec, facts: FlowFacts, refs: readonly string[]): string | undefined {
  const seen = new Set<string>();
  const next = refs.map((ref) => ref.split('.')[0]!);
  for (let name = next.shift(); name !== undefined; name = next.shift()) {
    const step = spec.steps.find((candidate) => candidate.id === name);
    if (step === undefined || seen.has(name)) continue;
    seen.add(name);
    const fact = step.model === undefined ? undefined : facts.models?.[step.model.use];
    if (fact !== undefined) return `${fact.name}:${fact.version}`;
    next.push(...readsOf(step));
  }
  return undefined;
}
