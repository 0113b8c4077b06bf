import { FlowSpec } from '../../contracts/kinds/flow.ts';
import type { RecordBody, Sample } from '../../contracts/records.ts';
import { type CompiledFlow, compileFlow } from './compile-flow.ts';
import type { Effect } from './effect.ts';
import type { FlowFacts, ModelFact } from './flow-facts.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** A flow with the steps, and the numeric inputs `a` and `b` of the tags `plc/a` and `plc/b` unless it says others. */
export function aFlow(steps: unknown[], more: Record<string, unknown> = {}): FlowSpec {
  return FlowSpec.parse({ inputs: { a: { tag: 'plc/a' }, b: { tag: 'plc/b' } }, steps, ...more });
}

/** A model that takes `features` float32 numbers as X and gives one number as y. */
export function aModel(features: number): ModelFact {
  return {
    name: 'm',
    version: 1,
    signature: {
      inputs: [{ name: 'X', type: 'float32', shape: [null, features] }],
      outputs: [{ name: 'y', type: 'float32', shape: [null, 1] }],
    },
  };
}

/** A good sample of `plc/a`, one hour after 1970, stamped by its source, unless it says otherwise. */
export function aSample(more: Partial<Sample> = {}): Sample {
  return { tag: 'plc/a', value: 1, quality: 'good', sourceTime: hourMs, timeFrom: 'source', ...more };
}

/** Compiles steps and pushes samples by hand; source times are in minutes after the epoch. */
export function aRunningFlow(steps: unknown[], facts: FlowFacts = {}, more: Record<string, unknown> = {}) {
  const flow = compileFlow('test', aFlow(steps, more), facts);
  const push = (tag: string, minute: number, value: Sample['value'], because?: string) =>
    flow.push(
      aSample({
        tag: `plc/${tag}`,
        value,
        sourceTime: minute * minuteMs,
        quality: because === undefined ? 'good' : 'bad',
        ...(because === undefined ? {} : { because }),
      }),
    );
  return { flow, push };
}

/** The newest point of a series in short: `[minute, value]`, or `[minute, reason]` in words when it is bad. */
export function newestOf(flow: CompiledFlow, series: string): [minute: number, value: unknown] | undefined {
  const point = flow.newest()[series];
  return point === undefined ? undefined : [point.sourceTime / minuteMs, point.because ?? point.value];
}

/** The bodies of the records of one kind. */
export function recordsOf<K extends RecordBody['kind']>(
  effects: readonly Effect[],
  kind: K,
): Extract<RecordBody, { kind: K }>[] {
  return effects.flatMap((effect) =>
    effect.kind === 'record' && effect.body.kind === kind ? [effect.body as Extract<RecordBody, { kind: K }>] : [],
  );
}
