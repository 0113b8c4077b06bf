import { z } from 'zod';
import type { StepSpec } from '../../contracts/kinds/flow.ts';
import type { Scalar } from '../../contracts/names.ts';
import { alignExpressions } from './aligned-expressions.ts';
import { createNewestValues } from './newest-values.ts';
import { createPointQueue, SavedPoint } from './point-queue.ts';
import type { Value } from './port-type.ts';
import type { StepHost } from './step-definition.ts';

/** What makes a write step consider a value, and which value. */
export interface WriteTrigger {
  readonly time: number;
  receive(slot: number, time: number, value: Value, because: string | undefined): void;
  /** Takes one point: nothing there, a point that does not count, or one that fires. */
  next(): 'idle' | 'pass' | 'fire';
  value(): Scalar | null;
  save(): { trigger: unknown; previous: boolean };
  load(saved: { trigger?: unknown; previous: boolean }): void;
}

/** The value's own series trigger a write, or the condition that the step names. */
export function createWriteTrigger(spec: StepSpec<'write'>, host: StepHost): WriteTrigger {
  const text = typeof spec.value === 'string' ? spec.value : String(spec.value);
  return spec.when === undefined ? triggerByValue(host, text) : triggerByCondition(spec, host, spec.when, text);
}

function triggerByValue(host: StepHost, text: string): WriteTrigger {
  const { aligner, expressions } = alignExpressions(host, [], [text]);
  return {
    get time() {
      return aligner.time;
    },
    receive: aligner.offer,
    next: () => (aligner.take() ? 'fire' : 'idle'),
    value: () => expressions[0]!.value() as Scalar | null,
    save: () => ({ trigger: aligner.save(), previous: false }),
    load: (saved) => aligner.load(saved.trigger),
  };
}

const SavedTrigger = z.strictObject({ queue: z.array(SavedPoint), newest: z.unknown() });

function triggerByCondition(spec: StepSpec<'write'>, host: StepHost, condition: string, text: string): WriteTrigger {
  const queue = createPointQueue();
  host.slot(condition);
  const expression = host.expression(text);
  const first = expression.refs.length === 0 ? 1 : host.slot(expression.refs[0]!);
  for (const ref of expression.refs.slice(1)) host.slot(ref);
  const newest = createNewestValues(expression.refs.length);
  const bound = expression.bind((ref) => expression.refs.indexOf(ref));
  let previous = false;
  let time = 0;

  function fires(now: boolean): boolean {
    if (spec.on === 'rising') return now && !previous;
    if (spec.on === 'falling') return !now && previous;
    return spec.on !== 'edge' || now !== previous;
  }

  return {
    get time() {
      return time;
    },
    receive(slot, at, value, because) {
      if (slot >= first) newest.store(slot - first, at, value, because);
      else if (!queue.push(at, value, because)) host.count('overflow');
    },
    next() {
      if (queue.length === 0) return 'idle';
      const [now, bad] = [queue.value() === true, queue.because() !== undefined];
      time = queue.time();
      queue.drop();
      if (bad) return 'pass';
      const fired = fires(now);
      previous = now;
      return fired ? 'fire' : 'pass';
    },
    value() {
      if (expression.refs.some((_, slot) => newest.badBecause(slot) !== undefined)) return null;
      return bound.evaluate(time, newest.values) as Scalar | null;
    },
    save: () => ({ trigger: { queue: queue.save(), newest: newest.save() }, previous }),
    load(saved) {
      const loaded = SavedTrigger.parse(saved.trigger);
      queue.load(loaded.queue);
      newest.load(loaded.newest);
      previous = saved.previous;
    },
  };
}
