import { z } from 'zod';
import type { StepSpec } from '../../../contracts/kinds/flow.ts';
import { durationMs } from '../../base/duration.ts';
import { durationText } from '../../base/duration-text.ts';
import { alignExpressions } from '../aligned-expressions.ts';
import { valueText } from '../number-text.ts';
import { commonInterval, type Value } from '../port-type.ts';
import type { StepDefinition, StepHost } from '../step-definition.ts';

const Saved = z.strictObject({
  waiting: z.unknown(),
  raw: z.boolean(),
  decided: z.boolean(),
  since: z.number(),
  lastTime: z.number().nullable(),
  because: z.string(),
});

/**
 * INVARIANTS: it becomes true only after the condition has been true, without a false or bad value or a missing interval
 * between, for the hold time in source time; it becomes false with the first value that is false. A bad value changes
 * nothing that is decided. Between threshold and threshold ∓ hysteresis nothing changes.
 */
export const when: StepDefinition<'when'> = {
  kind: 'when',
  reads: (spec) => ({
    series: spec.value === undefined ? [] : [spec.value],
    expressions: spec.if === undefined ? [] : [spec.if],
  }),

  check(spec, scope) {
    scope.duration(spec.for, 'for');
    if (!scope.streams.has(spec.stream))
      scope.problem('stream', `the flow has no stream "${spec.stream}"`, 'Declare it under streams.');
    if (spec.value !== undefined)
      return { '': { kind: 'boolean', everyMs: scope.series(spec.value, 'value', ['number'])?.everyMs } };
    const condition = scope.expression(spec.if!, 'if', ['boolean']);
    if (condition?.refs.length === 0)
      scope.problem(
        'if',
        'the condition reads no series, so it would never be looked at',
        'Name an input or a step in it.',
      );
    return {
      '': {
        kind: 'boolean',
        everyMs: commonInterval((condition?.refs ?? []).map((ref) => scope.typeOf(ref) ?? { kind: 'any' })),
      },
    };
  },

  compile(spec, host) {
    const { everyMs } = host.typeOf(host.step);
    const holdMs = durationMs(spec.for);
    const output = host.output();
    const condition = createCondition(spec, host);
    const { aligner } = condition;
    let raw = false;
    let decided = false;
    let since = 0;
    let lastTime: number | undefined;
    let because = '';

    function decide(now: boolean, time: number): void {
      decided = now;
      const held = now && holdMs > 0 ? `, for ${durationText(holdMs)}` : '';
      host.effect({
        kind: 'record',
        step: host.step,
        stream: spec.stream,
        sourceTime: time,
        arrivalMs: host.arrivalMs(),
        body: {
          kind: 'decision',
          flow: host.flow,
          step: host.step,
          sourceTime: time,
          decided: now,
          because: because + held,
        },
      });
    }

    function look(time: number): void {
      const next = condition.test(raw);
      if (next === null) {
        if (!decided) raw = false;
        host.count('bad');
        host.emit(output, time, 0, condition.because);
        return;
      }
      const missing = everyMs !== undefined && lastTime !== undefined && time - lastTime > everyMs;
      if (next && (!raw || missing)) since = time;
      raw = next;
      lastTime = time;
      because = condition.because;
      if (raw && !decided && time - since >= holdMs) decide(true, time);
      if (!raw && decided) decide(false, time);
      host.emit(output, time, decided);
    }

    return {
      receive: aligner.offer,
      run() {
        if (!aligner.take()) return false;
        look(aligner.time);
        return true;
      },
      deadline() {
        if (!raw || decided) return Number.POSITIVE_INFINITY;
        // A value of a fixed interval says nothing about the time after that interval: the next one must confirm it.
        const confirmedUntil = everyMs === undefined ? Number.POSITIVE_INFINITY : lastTime! + everyMs;
        return since + holdMs < confirmedUntil ? since + holdMs : Number.POSITIVE_INFINITY;
      },
      wake() {
        const time = since + holdMs;
        decide(true, time);
        host.emit(output, time, true);
      },
      save: (): z.infer<typeof Saved> => ({
        waiting: aligner.save(),
        raw,
        decided,
        since,
        lastTime: lastTime ?? null,
        because,
      }),
      load(saved) {
        const loaded = Saved.parse(saved);
        aligner.load(loaded.waiting);
        ({ raw, decided, since, because } = loaded);
        lastTime = loaded.lastTime ?? undefined;
      },
    };
  },
};

/** Tests the matched values; null when it can't be known. `because` then says why, otherwise what was seen. */
function createCondition(spec: StepSpec<'when'>, host: StepHost) {
  const { aligner, expressions } = alignExpressions(
    host,
    spec.value === undefined ? [] : [spec.value],
    spec.if === undefined ? [] : [spec.if],
  );
  const condition = { aligner, because: '', test: spec.value === undefined ? testExpression : testThreshold };

  function testExpression(): boolean | null {
    const value: Value | null = expressions[0]!.value();
    condition.because = value === null ? expressions[0]!.because : `${spec.if} is ${value}`;
    return value === null ? null : value === true;
  }

  function testThreshold(raw: boolean): boolean | null {
    const bad = aligner.becauses[0];
    if (bad !== undefined) {
      condition.because = bad;
      return null;
    }
    const value = aligner.values[0] as number;
    const band = raw ? spec.hysteresis : 0;
    const next = spec.above !== undefined ? value > spec.above - band : value < spec.below! + band;
    const [side, threshold] = spec.above !== undefined ? ['above', spec.above - band] : ['below', spec.below! + band];
    condition.because = `${spec.value} ${valueText(value)} is ${next ? '' : 'not '}${side} ${valueText(threshold)}`;
    return next;
  }

  return condition;
}
