import { z } from 'zod';
import type { StepSpec } from '../../../contracts/kinds/flow.ts';
import { durationMs } from '../../base/duration.ts';
import { createAligner } from '../aligner.ts';
import { badReasons } from '../bad-reasons.ts';
import { commonInterval, type PortType } from '../port-type.ts';
import type { StepDefinition } from '../step-definition.ts';

const Saved = z.strictObject({
  waiting: z.unknown(),
  lastTime: z.number().nullable(),
  filled: z.number().int(),
  series: z.array(z.strictObject({ values: z.array(z.number()), becauses: z.array(z.string().nullable()) })),
});

/**
 * The last values of each series. A value that is missing (by the interval of the series) takes its place as a bad one,
 * so that lag k is always k intervals old. Bad while a value that it needs is bad or not there yet.
 */
export const window: StepDefinition<'window'> = {
  kind: 'window',
  reads: (spec) => ({ series: Object.values(seriesOf(spec)), expressions: [] }),

  check(spec, scope) {
    if (spec.maxGap !== undefined) scope.duration(spec.maxGap, 'maxGap', 'positive');
    const length = spec.lags?.length ?? (typeof spec.last === 'number' ? spec.last : undefined);
    const outputs: Record<string, PortType> = {};
    for (const [name, ref] of Object.entries(seriesOf(spec))) {
      const type = scope.series(ref, name === '' ? 'of' : `of.${name}`, ['number', 'boolean']);
      outputs[name] = { kind: 'vector', length, unit: type?.unit, everyMs: type?.everyMs };
    }
    return outputs;
  },

  compile(spec, host) {
    const named = Object.entries(seriesOf(spec));
    const outputs = named.map(([name]) => host.output(name));
    for (const [, ref] of named) host.slot(ref);
    const lags = spec.lags ?? Array.from({ length: spec.last! }, (_, index) => spec.last! - 1 - index);
    const size = Math.max(...lags) + 1;
    const everyMs = commonInterval(named.map(([, ref]) => host.typeOf(ref)));
    const maxGapMs = spec.maxGap === undefined ? Number.POSITIVE_INFINITY : durationMs(spec.maxGap);
    const aligner = createAligner(named.length, host.count);
    const rings = named.map(() => ({
      values: new Float64Array(size),
      becauses: new Array<string | undefined>(size).fill(undefined),
    }));
    let next = 0;
    let filled = 0;
    let lastTime: number | undefined;

    function store(read: (slot: number) => [value: number, because: string | undefined]): void {
      rings.forEach((ring, slot) => {
        const [value, because] = read(slot);
        ring.values[next] = value;
        ring.becauses[next] = because;
      });
      next = (next + 1) % size;
      filled = Math.min(size, filled + 1);
    }

    function fillGap(time: number): void {
      if (lastTime === undefined) return;
      if (time - lastTime > maxGapMs) filled = 0;
      const missing = everyMs === undefined ? 0 : Math.round((time - lastTime) / everyMs) - 1;
      if (missing > 0) host.count('gaps');
      for (let index = 0; index < Math.min(missing, size); index++) store(() => [0, badReasons.gap]);
    }

    function emitSlot(slot: number, time: number): void {
      const ring = rings[slot]!;
      const vector = new Array<number>(lags.length);
      for (let index = 0; index < lags.length; index++) {
        const lag = lags[index]!;
        const back = next - 1 - lag;
        const at = back < 0 ? back + size : back;
        const because = lag >= filled ? badReasons.filling : ring.becauses[at];
        if (because !== undefined) {
          host.emit(outputs[slot]!, time, 0, because);
          return;
        }
        vector[index] = ring.values[at]!;
      }
      host.emit(outputs[slot]!, time, vector);
    }

    return {
      receive: aligner.offer,
      run() {
        if (!aligner.take()) return false;
        fillGap(aligner.time);
        store((slot) => [Number(aligner.values[slot]), aligner.becauses[slot]]);
        lastTime = aligner.time;
        for (let slot = 0; slot < rings.length; slot++) emitSlot(slot, aligner.time);
        return true;
      },
      save(): z.infer<typeof Saved> {
        const order = Array.from({ length: size }, (_, index) => (next + index) % size);
        const series = rings.map((ring) => ({
          values: order.map((at) => ring.values[at]!),
          becauses: order.map((at) => ring.becauses[at] ?? null),
        }));
        return { waiting: aligner.save(), lastTime: lastTime ?? null, filled, series };
      },
      load(saved) {
        const loaded = Saved.extend({ series: Saved.shape.series.length(rings.length) }).parse(saved);
        aligner.load(loaded.waiting);
        lastTime = loaded.lastTime ?? undefined;
        filled = loaded.filled;
        next = 0;
        loaded.series.forEach((series, slot) => {
          rings[slot]!.values.set(series.values.slice(0, size));
          rings[slot]!.becauses = series.becauses.map((because) => because ?? undefined);
        });
      },
    };
  },
};

function seriesOf(spec: StepSpec<'window'>): Record<string, string> {
  return typeof spec.of === 'string' ? { '': spec.of } : spec.of;
}
