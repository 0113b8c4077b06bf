import { z } from 'zod';
import { durationMs } from '../../base/duration.ts';
import { badReasons } from '../bad-reasons.ts';
import { createPointQueue, SavedPoint, SavedValue } from '../point-queue.ts';
import type { PortKind, Value } from '../port-type.ts';
import type { StepDefinition } from '../step-definition.ts';

/** A silence gives this many bad intervals; after it nothing more until the series speaks again. */
export const silentIntervalsMax = 24;

const Saved = z.strictObject({
  end: z
    .number()
    .nullable()
    .describe('End of the open interval; null before the first sample and after a long silence'),
  whole: z.boolean().describe('Whether the open interval was watched from its beginning'),
  silent: z.number().int(),
  received: z.number().int(),
  good: z.number().int(),
  sum: z.number(),
  min: z.number(),
  max: z.number(),
  last: SavedValue,
  because: z.string().nullable(),
  outbox: z.array(SavedPoint),
});

/**
 * INVARIANTS: intervals are (end − every, end], ends are multiples of `every` since 1970 plus the phase, each is given at most once and in
 * order. An interval closes when a sample reaches or passes its end, or when the flow's time is `lateness` past it.
 */
export const resample: StepDefinition<'resample'> = {
  kind: 'resample',
  reads: (spec) => ({ series: [spec.of], expressions: [] }),

  check(spec, scope) {
    const everyMs = scope.duration(spec.every, 'every', 'positive');
    scope.duration(spec.phase, 'phase');
    if (spec.lateness !== undefined) scope.duration(spec.lateness, 'lateness');
    const type = scope.series(spec.of, 'of', kindsFor(spec.aggregate));
    const kept = spec.aggregate === 'last' ? type?.kind : 'number';
    const unit = spec.aggregate === 'count' || type?.kind !== 'number' ? undefined : type.unit;
    return { '': { kind: kept ?? 'any', unit, everyMs } };
  },

  compile(spec, host) {
    const everyMs = durationMs(spec.every);
    const phaseMs = durationMs(spec.phase);
    const latenessMs = spec.lateness === undefined ? everyMs : durationMs(spec.lateness);
    host.slot(spec.of);
    const output = host.output();
    const outbox = createPointQueue();
    let now: z.infer<typeof Saved> = { end: null, whole: false, silent: 0, ...emptyInterval(), outbox: [] };

    function close(end: number): void {
      const because = badBecause();
      if (because === undefined) {
        outbox.push(end, aggregated(), undefined);
        now.silent = 0;
      } else {
        outbox.push(end, 0, because);
        now.silent = now.received === 0 ? now.silent + 1 : 0;
        if (now.received === 0) host.count('gaps');
      }
      const quiet = now.silent >= silentIntervalsMax;
      now = {
        ...now,
        ...emptyInterval(),
        end: quiet ? null : end + everyMs,
        whole: !quiet,
        silent: quiet ? 0 : now.silent,
      };
    }

    function badBecause(): string | undefined {
      if (now.received === 0) return badReasons.gap;
      if (!now.whole) return badReasons.incomplete;
      if (now.good === 0) return now.because ?? badReasons.tooFewGood;
      return now.good < spec.minimumSamples || now.good < spec.minimumGood * now.received
        ? badReasons.tooFewGood
        : undefined;
    }

    function aggregated(): Value {
      switch (spec.aggregate) {
        case 'mean':
          return now.sum / now.good;
        case 'count':
          return now.good;
        default:
          return now[spec.aggregate];
      }
    }

    function add(value: Value, because: string | undefined): void {
      now.received++;
      if (because !== undefined) {
        now.because = because;
        return;
      }
      const number = typeof value === 'string' ? 0 : Number(value);
      now.min = now.good === 0 ? number : Math.min(now.min, number);
      now.max = now.good === 0 ? number : Math.max(now.max, number);
      now.sum += number;
      now.last = value as z.infer<typeof SavedValue>;
      now.good++;
    }

    return {
      receive(_slot, time, value, because) {
        const end = Math.ceil((time - phaseMs) / everyMs) * everyMs + phaseMs;
        if (now.end === null) now.end = end;
        if (end < now.end) {
          host.count('late');
          return;
        }
        while (now.end !== null && now.end < end) close(now.end);
        now.end ??= end;
        add(value, because);
        if (time === end) close(end);
      },
      run() {
        if (outbox.length === 0) return false;
        host.emit(output, outbox.time(), outbox.value(), outbox.because());
        outbox.drop();
        return outbox.length > 0;
      },
      deadline: () => (now.end === null ? Number.POSITIVE_INFINITY : now.end + latenessMs),
      wake() {
        if (now.end !== null) close(now.end);
      },
      save: () => ({ ...now, outbox: outbox.save() }),
      load(saved) {
        now = Saved.parse(saved);
        outbox.load(now.outbox);
      },
    };
  },
};

function emptyInterval() {
  return { received: 0, good: 0, sum: 0, min: 0, max: 0, last: 0 as z.infer<typeof SavedValue>, because: null };
}

function kindsFor(aggregate: string): readonly PortKind[] | undefined {
  return aggregate === 'last' || aggregate === 'count' ? ['number', 'boolean', 'string'] : ['number', 'boolean'];
}
