import type { Deadband } from '../../contracts/kinds/connector.ts';
import type { Quality, Scalar } from '../../contracts/names.ts';
import type { Sample } from '../../contracts/records.ts';
import type { Reading, TagOf } from './port.ts';
import { scaleValue } from './scale-value.ts';

/**
 * From readings to samples: scales, drops what says nothing new, and knows which tags have gone stale.
 *
 * INVARIANTS
 * - A reading makes its tag fresh, also when no sample comes of it.
 * - A sample is dropped when the equipment stamped it, and time, value and quality are those of the last one; and when
 *   the tag has a deadband, the quality is the same and the value is not further away than that.
 * - A tag goes stale once, and comes back with its next reading.
 */
export interface TagSamples {
  /** `nowMs` is the wall time for readings that their equipment did not stamp. */
  take(readings: readonly Reading[], arrivedAtMs: number, nowMs: number): Sample[];
  /** Samples of the tags that went stale by `monotonicMs`: no value, quality bad. */
  expire(monotonicMs: number, nowMs: number, because: string): Sample[];
  /** Monotonic time at which the next tag goes stale; infinite when all are. */
  nextExpiry(): number;
  /** Good when every tag is, bad when every tag is, else uncertain; with the first reason. */
  quality(): { quality: Quality; because?: string };
}

interface Kept {
  readonly path: string;
  readonly scale: ReturnType<typeof scaleValue>;
  readonly deadband: Deadband | undefined;
  freshAtMs: number;
  stale: boolean;
  /** Whether a sample was handed on yet. */
  known: boolean;
  value: Scalar | null;
  quality: Quality;
  because: string | undefined;
  sourceTime: number;
  /** Monotonic time at which `sourceTime` first came. */
  stampedAtMs: number;
  timeFrom: Sample['timeFrom'];
}

export function createTagSamples(
  equipment: string,
  tags: readonly TagOf<unknown>[],
  staleAfterMs: number,
  startedAtMs: number,
): TagSamples {
  const kept: Kept[] = tags.map((tag) => ({
    path: `${equipment}/${tag.name}`,
    scale: scaleValue(tag),
    deadband: tag.deadband,
    freshAtMs: startedAtMs,
    stale: false,
    known: false,
    value: null,
    quality: 'bad',
    because: 'not read yet',
    sourceTime: 0,
    stampedAtMs: startedAtMs,
    timeFrom: 'arrival',
  }));

  const take: TagSamples['take'] = (readings, arrivedAtMs, nowMs) => {
    const samples: Sample[] = [];
    for (const reading of readings) {
      const tag = kept[reading.tag] as Kept;
      tag.freshAtMs = arrivedAtMs;
      tag.stale = false;
      const { value, quality, because } = scaled(tag, reading);
      if (reading.time === 'arrival') {
        if (!repeated(tag, value, quality, false))
          samples.push(hand(tag, value, quality, because, nowMs, arrivedAtMs, 'arrival'));
      } else if (reading.time === 'unknown') {
        tag.because = because;
        if (!tag.known || repeated(tag, value, quality, true)) continue;
        samples.push(hand(tag, value, quality, because, estimatedTime(tag, arrivedAtMs), arrivedAtMs, 'source'));
      } else {
        const sourceTime = Math.round(reading.time);
        if (repeated(tag, value, quality, tag.sourceTime === sourceTime)) continue;
        samples.push(hand(tag, value, quality, because, sourceTime, arrivedAtMs, 'source'));
      }
    }
    return samples;
  };

  const expire: TagSamples['expire'] = (monotonicMs, nowMs, because) => {
    const samples: Sample[] = [];
    for (const tag of kept) {
      if (tag.stale || tag.freshAtMs + staleAfterMs > monotonicMs) continue;
      tag.stale = true;
      tag.because = because;
      // In which time equipment lives that never answered is not known.
      if (!tag.known) continue;
      const at = tag.timeFrom === 'source' ? estimatedTime(tag, monotonicMs) : nowMs;
      samples.push(hand(tag, null, 'bad', because, at, monotonicMs, tag.timeFrom));
    }
    return samples;
  };

  return {
    take,
    expire,
    nextExpiry: () =>
      kept.reduce((next, tag) => (tag.stale ? next : Math.min(next, tag.freshAtMs + staleAfterMs)), Infinity),
    quality() {
      const other = kept.find((tag) => tag.quality !== 'good');
      if (other === undefined) return { quality: 'good' };
      const quality = kept.every((tag) => tag.quality === 'bad') ? 'bad' : 'uncertain';
      return { quality, because: `${other.path}: ${other.because ?? other.quality}` };
    },
  };
}

function scaled(tag: Kept, reading: Reading): Pick<Reading, 'value' | 'quality' | 'because'> {
  if (reading.value === null) return { value: null, quality: 'bad', because: reading.because ?? 'no value' };
  const converted = tag.scale(reading.value);
  if ('because' in converted) return { value: null, quality: 'bad', because: converted.because };
  return { value: converted.value, quality: reading.quality, because: reading.because };
}

/** Equipment lives in its own time; what happens while it says nothing is stamped as if its clock went on. */
function estimatedTime(tag: Kept, monotonicMs: number): number {
  return tag.sourceTime + (monotonicMs - tag.stampedAtMs);
}

function repeated(tag: Kept, value: Scalar | null, quality: Quality, sameTime: boolean): boolean {
  if (!tag.known || quality !== tag.quality) return false;
  if (sameTime && value === tag.value) return true;
  if (tag.deadband === undefined) return false;
  if (typeof value !== 'number' || typeof tag.value !== 'number') return value === tag.value;
  const width = 'absolute' in tag.deadband ? tag.deadband.absolute : (Math.abs(tag.value) * tag.deadband.percent) / 100;
  return Math.abs(value - tag.value) <= width;
}

function hand(
  tag: Kept,
  value: Scalar | null,
  quality: Quality,
  because: string | undefined,
  at: number,
  monotonicMs: number,
  timeFrom: Sample['timeFrom'],
): Sample {
  const sourceTime = Math.round(at);
  if (!tag.known || sourceTime !== tag.sourceTime) tag.stampedAtMs = monotonicMs;
  tag.known = true;
  tag.value = value;
  tag.quality = quality;
  tag.because = because;
  tag.sourceTime = sourceTime;
  tag.timeFrom = timeFrom;
  const sample: Sample = { tag: tag.path, value, quality, sourceTime, timeFrom };
  if (because !== undefined) sample.because = because;
  return sample;
}
