import { z } from 'zod';
import type { ResolvedFlowSpec } from '../../contracts/kinds/flow.ts';
import type { Sample } from '../../contracts/records.ts';
import { badReasons } from './bad-reasons.ts';
import type { FlowFacts } from './flow-facts.ts';
import { isUsable, type Value } from './port-type.ts';
import { type Conversion, unitConversion } from './units.ts';

const Saved = z.strictObject({
  received: z.number().int(),
  repeated: z.number().int(),
  sourceClock: z.boolean(),
  time: z.number().nullable(),
  last: z.record(z.string(), z.number().nullable()),
});

/**
 * Turns samples into points. INVARIANTS: the times of one input only grow (the same again is repeated, anything else late); the flow's time is the
 * greatest of all; once a source stamped a sample, samples stamped on arrival take the flow's time instead of their own.
 */
export interface FlowInputs {
  /** Samples of its tags so far. */
  readonly received: number;
  readonly repeated: number;
  /** The flow's source time. */
  readonly time: number;
  /** The point made of the last accepted sample; reused. */
  readonly point: { time: number; value: Value; because: string | undefined };
  /** Inputs that read a tag. */
  of(tag: string): readonly number[];
  /** `clock-changed`: the first sample with a source's own time after samples stamped on arrival, so that all starts anew. */
  accept(index: number, sample: Sample): 'accepted' | 'repeated' | 'late' | 'clock-changed';
  /** Wall time goes on; without effect once a source stamps its samples, as that is another clock. */
  advance(wallMs: number): void;
  save(): z.infer<typeof Saved>;
  load(saved: unknown): void;
}

const none: readonly number[] = [];
const never = Number.NEGATIVE_INFINITY;

export function createFlowInputs(flow: ResolvedFlowSpec, facts: FlowFacts): FlowInputs {
  const entries = Object.entries(flow.inputs);
  const byTag = new Map<string, number[]>();
  entries.forEach(([, { tag }], index) => {
    byTag.set(tag, [...(byTag.get(tag) ?? []), index]);
  });
  const conversions = entries.map(([, input]) => conversionOf(input.unit, facts.tags?.[input.tag]?.unit));
  const last = new Float64Array(entries.length).fill(never);
  const point: FlowInputs['point'] = { time: 0, value: 0, because: undefined };
  let received = 0;
  let repeated = 0;
  let sourceClock = false;
  let time = never;

  /** The time that counts in this flow. */
  function stamp(index: number, sample: Sample): number {
    return sample.timeFrom === 'arrival' && sourceClock ? Math.max(time, last[index]! + 1) : sample.sourceTime;
  }

  function read(index: number, sample: Sample): void {
    const { type, accept } = entries[index]![1];
    const conversion = conversions[index];
    const { value, quality } = sample;
    point.value = 0;
    if (quality === 'bad' || value === null || (quality === 'uncertain' && accept === 'good'))
      point.because = sample.because ?? badReasons.quality;
    else if (typeof value !== type) point.because = badReasons.wrongType;
    else if (typeof value === 'number' && !isUsable(value)) point.because = badReasons.notFinite;
    else {
      point.because = undefined;
      point.value =
        conversion === undefined || typeof value !== 'number' ? value : value * conversion.scale + conversion.offset;
    }
  }

  return {
    get received() {
      return received;
    },
    get repeated() {
      return repeated;
    },
    get time() {
      return time;
    },
    point,
    of: (tag) => byTag.get(tag) ?? none,
    accept(index, sample) {
      received++;
      const changed = sample.timeFrom === 'source' && !sourceClock && time !== never;
      if (changed) {
        last.fill(never);
        time = never;
      }
      sourceClock ||= sample.timeFrom === 'source';
      const at = stamp(index, sample);
      if (at === last[index]) {
        repeated++;
        return 'repeated';
      }
      if (!Number.isFinite(at) || at <= last[index]!) return 'late';
      last[index] = at;
      time = Math.max(time, at);
      point.time = at;
      read(index, sample);
      return changed ? 'clock-changed' : 'accepted';
    },
    advance(to) {
      if (!sourceClock && Number.isFinite(to)) time = Math.max(time, to);
    },
    save: () => ({
      received,
      repeated,
      sourceClock,
      time: time === never ? null : time,
      last: Object.fromEntries(entries.map(([name], index) => [name, last[index] === never ? null : last[index]!])),
    }),
    load(saved) {
      const loaded = Saved.parse(saved);
      ({ received, repeated, sourceClock } = loaded);
      time = loaded.time ?? never;
      entries.forEach(([name], index) => {
        last[index] = loaded.last[name] ?? never;
      });
    },
  };
}

function conversionOf(wanted: string | undefined, given: string | undefined): Conversion | undefined {
  if (wanted === undefined || given === undefined || wanted === given) return undefined;
  return unitConversion(given, wanted);
}
