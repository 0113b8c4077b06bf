import { z } from 'zod';
import { durationMs } from '../../base/duration.ts';
import { ErrorSketch, emptyErrorSketch, scorePair, summariseErrors } from '../../sketch/error-sketch.ts';
import { alignExpressions } from '../aligned-expressions.ts';
import { createPointQueue, SavedPoint } from '../point-queue.ts';
import type { StepDefinition } from '../step-definition.ts';

/** Predictions that may wait for their truth; beyond it the oldest is given up and counted. */
export const awaitedMax = 4096;

const Saved = z.strictObject({
  waiting: z.unknown(),
  truths: z.array(SavedPoint),
  lastTruth: z.number().nullable(),
  awaited: z.array(
    z.strictObject({
      forTime: z.number(),
      predicted: z.number(),
      references: z.record(z.string(), z.number()),
      counted: z.boolean(),
    }),
  ),
  sketch: ErrorSketch,
});
type Awaited = z.infer<typeof Saved>['awaited'][number];

/**
 * Compares predictions with their truth once it arrives. A pair counts when the prediction, every reference and the truth are
 * good and `count` was true when it was made, so that all errors are over the same pairs.
 */
export const score: StepDefinition<'score'> = {
  kind: 'score',
  reads: (spec) => ({
    series: [spec.prediction, spec.truth],
    expressions: [...Object.values(spec.references), ...(spec.count === undefined ? [] : [spec.count])],
  }),

  check(spec, scope) {
    if (!scope.streams.has(spec.stream))
      scope.problem('stream', `the flow has no stream "${spec.stream}"`, 'Declare it under streams.');
    scope.duration(spec.delay, 'delay');
    scope.duration(spec.tolerance, 'tolerance');
    const predicted = scope.series(spec.prediction, 'prediction', ['number']);
    const truth = scope.series(spec.truth, 'truth', ['number']);
    if (predicted?.unit !== undefined && truth?.unit !== undefined && predicted.unit !== truth.unit) {
      scope.problem(
        'truth',
        `the prediction is in ${predicted.unit}, the truth in ${truth.unit}`,
        'Convert one of them in a compute step.',
      );
    }
    for (const [name, text] of Object.entries(spec.references))
      scope.expression(text, `references.${name}`, ['number']);
    if (spec.count !== undefined) scope.expression(spec.count, 'count', ['boolean']);
    return {};
  },

  compile(spec, host) {
    const names = Object.keys(spec.references);
    const texts = [...Object.values(spec.references), ...(spec.count === undefined ? [] : [spec.count])];
    const { aligner, expressions, slotOf } = alignExpressions(host, [spec.prediction], texts);
    const predictionSlot = slotOf(spec.prediction);
    const truthSlot = host.slot(spec.truth);
    const counts = spec.count === undefined ? undefined : expressions[names.length];
    const delayMs = durationMs(spec.delay);
    const toleranceMs = durationMs(spec.tolerance);
    const truths = createPointQueue();
    let lastTruth = Number.NEGATIVE_INFINITY;
    let awaited: Awaited[] = [];
    let sketch = emptyErrorSketch(names);

    function predict(): void {
      const forTime = aligner.time + delayMs;
      if (aligner.becauses[predictionSlot] !== undefined) return;
      if (forTime + toleranceMs <= lastTruth) {
        host.count('unscored');
        return;
      }
      const references: Record<string, number> = {};
      names.forEach((name, index) => {
        const value = expressions[index]!.value();
        if (value !== null) references[name] = value as number;
      });
      const counted =
        Object.keys(references).length === names.length && (counts === undefined || counts.value() === true);
      if (awaited.length === awaitedMax) {
        awaited.shift();
        host.count('unscored');
      }
      awaited.push({ forTime, predicted: aligner.values[predictionSlot] as number, references, counted });
    }

    function arrive(time: number, truth: number | undefined): void {
      lastTruth = time;
      while (awaited.length > 0 && awaited[0]!.forTime < time - toleranceMs) {
        awaited.shift();
        host.count('unscored');
      }
      const first = awaited[0];
      if (first === undefined || first.forTime > time + toleranceMs) return;
      awaited.shift();
      if (truth === undefined) host.count('unscored');
      else publishPair(first, truth, time);
    }

    function publishPair({ predicted, references, counted }: Awaited, truth: number, time: number): void {
      if (counted) sketch = scorePair(sketch, truth, predicted, references);
      const body = {
        kind: 'score',
        flow: host.flow,
        step: host.step,
        sourceTime: time,
        predicted,
        truth,
        references,
        counted,
        error: summariseErrors(sketch),
      } as const;
      host.effect({
        kind: 'record',
        step: host.step,
        stream: spec.stream,
        sourceTime: time,
        arrivalMs: host.arrivalMs(),
        body,
      });
    }

    return {
      receive(slot, time, value, because) {
        if (slot !== truthSlot) aligner.offer(slot, time, value, because);
        else if (!truths.push(time, value, because)) host.count('overflow');
      },
      run() {
        if (truths.length > 0) {
          arrive(truths.time(), truths.because() === undefined ? (truths.value() as number) : undefined);
          truths.drop();
          return true;
        }
        if (!aligner.take()) return false;
        predict();
        return true;
      },
      save: (): z.infer<typeof Saved> => ({
        waiting: aligner.save(),
        truths: truths.save(),
        lastTruth: lastTruth === Number.NEGATIVE_INFINITY ? null : lastTruth,
        awaited: [...awaited],
        sketch,
      }),
      load(saved) {
        const loaded = Saved.parse(saved);
        aligner.load(loaded.waiting);
        truths.load(loaded.truths);
        lastTruth = loaded.lastTruth ?? Number.NEGATIVE_INFINITY;
        ({ awaited, sketch } = loaded);
      },
    };
  },
};
