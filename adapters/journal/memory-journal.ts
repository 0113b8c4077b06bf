import { EdgeError } from '../../contracts/errors.ts';
import type { Checkpoint, Dropped, ObservedStream, StreamRecord } from '../../contracts/records.ts';
import { numberRanges } from '../../core/journal/number-ranges.ts';
import { planExpiry } from '../../core/journal/plan-expiry.ts';
import { planRoom } from '../../core/journal/plan-room.ts';
import type { Clock } from '../system/clock.ts';
import type { Random } from '../system/random.ts';
import { droppedRanges } from './dropped-ranges.ts';
import { decodeJson, encodeBatch, RECORD_OVERHEAD_BYTES } from './encode-batch.ts';
import { type Appended, CHECKPOINTS_MAX, type Journal, STREAMS_MAX, type StreamPart } from './port.ts';
import { streamPolicies } from './stream-policies.ts';

interface MemoryStream {
  records: { number: number; at: number; bytes: number; payload: Uint8Array }[];
  readonly gone: ReturnType<typeof droppedRanges>;
  published: number;
  acknowledged: number;
  dropped: number;
  refused: number;
}

/** The fake of `Journal`: the same answers, nothing on a disk. Records that are too old go with the next append. */
export function memoryJournal({ clock, random }: { clock: Clock; random: Random }): Journal {
  const incarnation = random.id();
  const policies = streamPolicies();
  const streams = new Map<string, MemoryStream>();
  const checkpoints = new Map<string, Checkpoint>();
  let closed = false;

  const usable = async () => {
    await Promise.resolve();
    check();
  };
  const check = () => {
    if (closed) throw new EdgeError('closed', 'The journal is closed.');
  };
  const obtain = (name: string): MemoryStream => {
    const known = streams.get(name);
    if (known !== undefined) return known;
    const made = { records: [], gone: droppedRanges(), published: 0, acknowledged: 0, dropped: 0, refused: 0 };
    streams.set(name, made);
    return made;
  };
  const giveUp = (stream: MemoryStream, numbers: readonly number[], because: Dropped['because']): Dropped[] => {
    const gone = new Set(numbers);
    const ranges = numberRanges(numbers).map((range) => ({ ...range, because }));
    stream.records = stream.records.filter(({ number }) => !gone.has(number));
    stream.gone.add(ranges);
    stream.dropped += numbers.length;
    return ranges;
  };
  const addRecord = (name: string, payload: Uint8Array, dropped: Appended['dropped'][number][]): number | null => {
    const stream = obtain(name);
    const { onFull, maxBytes, maxAgeMs } = policies.of(name);
    const now = clock.now();
    if (maxAgeMs !== undefined) giveUp(stream, planExpiry(stream.records, maxAgeMs, now), 'expired');
    const incomingBytes = payload.length + RECORD_OVERHEAD_BYTES;
    const room = planRoom({ onFull, maxBytes, usedBytes: bytesOf(stream), incomingBytes, kept: stream.records });
    if (room.kind === 'refuse') {
      stream.refused += 1;
      return null;
    }
    if (room.drop.length > 0) {
      for (const range of giveUp(stream, room.drop, room.because)) dropped.push({ stream: name, ...range });
    }
    stream.published += 1;
    stream.records.push({ number: stream.published, at: now, bytes: incomingBytes, payload });
    return stream.published;
  };

  return {
    append: async (batch) => {
      check();
      const { items } = encodeBatch(batch);
      await usable();
      const added = new Set(items.map(({ stream }) => stream).filter((name) => !streams.has(name)));
      if (added.size > 0 && streams.size + added.size > STREAMS_MAX) {
        throw new EdgeError('too-many', `The node would have more than ${STREAMS_MAX} streams.`);
      }
      const dropped: Appended['dropped'][number][] = [];
      const numbers = items.map(({ stream, payload }) => addRecord(stream, payload, dropped));
      if (batch.checkpoint !== null) {
        checkpoints.delete(batch.checkpoint.workload);
        checkpoints.set(batch.checkpoint.workload, structuredClone(batch.checkpoint));
        if (checkpoints.size > CHECKPOINTS_MAX) checkpoints.delete(checkpoints.keys().next().value!);
      }
      return { numbers, dropped };
    },
    read: async (name, after, limits) => {
      await usable();
      const stream = streams.get(name);
      return stream === undefined ? { records: [], dropped: [] } : partOf(stream, after, limits);
    },
    acknowledge: async (name, upTo) => {
      await usable();
      const stream = streams.get(name);
      if (upTo > (stream?.published ?? 0) || !Number.isInteger(upTo)) {
        throw new EdgeError('bad-request', `${name} has no record ${upTo} that could be acknowledged.`);
      }
      if (stream === undefined) return;
      stream.acknowledged = Math.max(stream.acknowledged, upTo);
      stream.records = stream.records.filter(({ number }) => number > upTo);
      stream.gone.forget(upTo);
    },
    setPolicies: (named) => {
      check();
      policies.set(named);
    },
    observe: () => {
      check();
      return [...streams]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, stream]): ObservedStream => {
          const { published, acknowledged, dropped, refused } = stream;
          const bytes = bytesOf(stream);
          const pending = stream.records.length;
          const fill = Math.min(1, bytes / policies.of(name).maxBytes);
          return { stream: name, incarnation, published, acknowledged, pending, bytes, fill, dropped, refused };
        });
    },
    checkpoints: () => {
      check();
      return structuredClone([...checkpoints.values()]);
    },
    close: async () => {
      closed = true;
    },
  };
}

function bytesOf(stream: MemoryStream): number {
  return stream.records.reduce((sum, { bytes }) => sum + bytes, 0);
}

function partOf(stream: MemoryStream, after: number, limits: { maxRecords: number; maxBytes: number }): StreamPart {
  const records: StreamRecord[] = [];
  const dropped: Dropped[] = [];
  let bytes = 0;
  for (let next = Math.max(after, stream.acknowledged) + 1; next <= stream.published; ) {
    const gone = stream.gone.find(next);
    if (gone !== undefined) {
      if (dropped.length >= limits.maxRecords) break;
      dropped.push({ ...gone, from: next });
      next = gone.to + 1;
      continue;
    }
    const { at, payload } = stream.records.find(({ number }) => number === next)!;
    bytes += payload.length;
    if (records.length >= limits.maxRecords || (records.length > 0 && bytes > limits.maxBytes)) break;
    records.push({ number: next, at, body: decodeJson(payload) });
    next += 1;
  }
  return { records, dropped };
}
