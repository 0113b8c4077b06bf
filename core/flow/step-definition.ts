import type { StepKind, StepSpec } from '../../contracts/kinds/flow.ts';
import type { WriteOutcome } from '../../contracts/runner.ts';
import type { Effect, InferResult } from './effect.ts';
import type { CompiledExpression } from './expression.ts';
import type { FlowFacts, ModelFact } from './flow-facts.ts';
import type { PortKind, PortType, Value } from './port-type.ts';

/** What a step gives: one value under '', or several by name; nothing when it only acts. */
export type StepOutputs = Readonly<Record<string, PortType>>;

/** A kind of step: what it reads, how it is checked, how it becomes closures. One file per kind, one line in the registry. */
export interface StepDefinition<K extends StepKind> {
  readonly kind: K;
  /** Series that it names, and CEL expressions that name more. Must not fail on any spec that the schema admits. */
  reads(spec: StepSpec<K>): { series: readonly string[]; expressions: readonly string[] };
  /** Adds problems to the scope and says what comes out. */
  check(spec: StepSpec<K>, scope: StepScope): StepOutputs;
  /** Only called for a step without problems. */
  compile(spec: StepSpec<K>, host: StepHost): RunningStep;
}

/** What a step is checked in. Places are relative to the step's settings: `inputs.X`. */
export interface StepScope {
  readonly facts: FlowFacts;
  readonly streams: ReadonlySet<string>;
  problem(place: string, message: string, hint?: string): void;
  /** Type of a series that must exist and be one of `kinds`; undefined (and a problem) otherwise. */
  series(ref: string, place: string, kinds?: readonly PortKind[]): PortType | undefined;
  /** Type of an expression and what it reads. Undefined with a problem, or when it still has variables. */
  expression(text: string, place: string, kinds?: readonly PortKind[]): CompiledExpression | undefined;
  /** Milliseconds; undefined while it still has variables. */
  duration(text: string, place: string, rule?: 'positive'): number | undefined;
  typeOf(ref: string): PortType | undefined;
}

export type FlowCounter = 'late' | 'bad' | 'gaps' | 'unmatched' | 'overflow' | 'unscored';

/** What a running step may use. */
export interface StepHost {
  readonly flow: string;
  readonly step: string;
  /** Subscribes to a series. Slots are numbered from 0 in the order of the calls; the same series may have several. */
  slot(ref: string): number;
  output(name?: string): number;
  typeOf(ref: string): PortType;
  expression(text: string): CompiledExpression;
  model(ref: string): ModelFact;
  modelBehind(refs: readonly string[]): string | undefined;
  /** Gives a point to whoever subscribed; times of one output must grow. */
  emit(output: number, time: number, value: Value, because?: string): void;
  effect(effect: Effect): void;
  nextId(): number;
  /** Of the sample that is being worked on; a resumed step sets what it had kept. */
  arrivalMs(): number;
  setArrivalMs(arrivalMs: number): void;
  count(what: FlowCounter): void;
}

/**
 * A step at work. `receive` only stores; `run` does one piece of work (at most one point per output) and returns whether
 * there may be more. Everything that matters later is in `save`.
 */
export interface RunningStep {
  receive(slot: number, time: number, value: Value, because: string | undefined): void;
  run(): boolean;
  /** The source time after which it wants `wake`; Infinity when it waits for nothing. */
  deadline?(): number;
  /** Called once source time has passed the deadline; must move it. */
  wake?(): void;
  /** True when the id was its own. */
  resume?(id: number, result: InferResult): boolean;
  confirm?(id: number, outcome: WriteOutcome, latencyMs: number | undefined): boolean;
  /** Source time of the oldest unanswered inference; Infinity when there is none. */
  outstanding?(): number;
  save(): unknown;
  /** Throws when the saved value has the wrong form. */
  load(saved: unknown): void;
  /** After `load`: asks again for what was asked for and not answered. */
  reissue?(): void;
}
