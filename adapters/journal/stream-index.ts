import assert from 'node:assert/strict';
import type { Dropped } from '../../contracts/records.ts';
import type { PositionEntry } from '../../core/journal/entry.ts';
import type { KeptRecord } from '../../core/journal/plan-room.ts';
import { type DroppedRanges, droppedRanges } from './dropped-ranges.ts';

/** Where the frame of a record begins. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
}

export interface PlacedRecord extends KeptRecord, Place {
  readonly at: number;
}

/**
 * One stream in memory: which numbers are kept and where, which were given up. About 25 bytes a kept record.
 *
 * INVARIANTS
 * - acknowledged ≤ durable ≤ published; numbers above `durable` belong to the group that is being written.
 * - every number in (acknowledged, durable] is kept or given up, never both, once `lost` was answered with `lose`.
 * - `usedBytes` is the sum over kept numbers, those of the present group included, without those it is about to give up.
 */
export interface StreamIndex {
  readonly stream: string;
  /** For the group that is being written: everything below until `commit` or `undo`. */
  publish(bytes: number, at: number): number;
  giveUp(numbers: readonly number[], because: Dropped['because']): void;
  refuse(): void;
  /** What the log says about the stream when the group is in it. */
  position(): PositionEntry;
  /** What it says without the present group. */
  committed(): PositionEntry;
  commit(): void;
  undo(): void;

  /** Kept numbers from `from`, oldest first, those of the present group too. */
  kept(from?: number): Iterable<PlacedRecord>;
  keptCount(): number;
  usedBytes(): number;
  /** Where a record now stands; also for one that was copied. */
  place(number: number, place: Place): void;
  placeOf(number: number): Place | undefined;
  acknowledge(upTo: number): void;
  durable(): number;
  dropped: DroppedRanges;

  /** While the log is read after a start. */
  restore(record: PlacedRecord): void;
  restoreDropped(ranges: readonly Dropped[]): void;
  restorePosition(position: PositionEntry): void;
  /** Numbers that were given to records which are neither kept nor given up. */
  lost(): Dropped[];
  lose(ranges: readonly Dropped[]): void;
}

const BLOCK_RECORDS = 256;
const [ABSENT, KEPT, LEAVING] = [0, 1, 2];

interface Block {
  kept: number;
  readonly mark: Uint8Array;
  readonly bytes: Uint32Array;
  readonly segment: Uint32Array;
  readonly offset: Uint32Array;
  readonly at: Float64Array;
}

/** `live` is told how the kept bytes of a segment change. */
export function createStreamIndex(stream: string, live: (segment: number, bytes: number) => void): StreamIndex {
  const blocks = new Map<number, Block>();
  const dropped = droppedRanges();
  const total = { published: 0, acknowledged: 0, dropped: 0, refused: 0 };
  let durable = 0;
  let usedBytes = 0;
  let keptCount = 0;
  /** No number below is kept. */
  let oldest = 1;
  let leaving: { number: number; because: Dropped['because'] }[] = [];
  let before = { ...total };

  const blockOf = (number: number) => blocks.get(Math.floor(number / BLOCK_RECORDS));
  const add = (number: number, bytes: number, at: number, place: Place) => {
    const key = Math.floor(number / BLOCK_RECORDS);
    let block = blocks.get(key);
    if (block === undefined) {
      block = emptyBlock();
      blocks.set(key, block);
    }
    const slot = number % BLOCK_RECORDS;
    block.mark[slot] = KEPT;
    block.kept += 1;
    block.bytes[slot] = bytes;
    block.segment[slot] = place.segment;
    block.offset[slot] = place.offset;
    block.at[slot] = at;
    usedBytes += bytes;
    keptCount += 1;
    oldest = Math.min(oldest, number);
  };
  /** Forgets a kept number; one that is leaving has given back its bytes before. */
  const remove = (number: number) => {
    const block = blockOf(number);
    const slot = number % BLOCK_RECORDS;
    const mark = block?.mark[slot] ?? ABSENT;
    if (block === undefined || mark === ABSENT) return;
    if (mark === KEPT) {
      usedBytes -= block.bytes[slot]!;
      keptCount -= 1;
    }
    if (block.segment[slot] !== 0) live(block.segment[slot]!, -block.bytes[slot]!);
    block.mark[slot] = ABSENT;
    block.kept -= 1;
    if (block.kept === 0) blocks.delete(Math.floor(number / BLOCK_RECORDS));
  };
  const place = (number: number, { segment, offset }: Place) => {
    const block = blockOf(number);
    const slot = number % BLOCK_RECORDS;
    if (block === undefined || block.mark[slot] === ABSENT) return;
    if (block.segment[slot] !== 0) live(block.segment[slot]!, -block.bytes[slot]!);
    live(segment, block.bytes[slot]!);
    block.segment[slot] = segment;
    block.offset[slot] = offset;
  };
  /** Kept numbers in (after, to]. */
  function* numbers(after: number, to: number): Generator<number> {
    for (let number = after + 1; number <= to; ) {
      const block = blockOf(number);
      const end = (Math.floor(number / BLOCK_RECORDS) + 1) * BLOCK_RECORDS;
      if (block !== undefined) {
        for (; number <= to && number < end; number++) if (block.mark[number % BLOCK_RECORDS] === KEPT) yield number;
      }
      number = end;
    }
  }
  const record = (number: number): PlacedRecord => {
    const block = blockOf(number)!;
    const slot = number % BLOCK_RECORDS;
    const [bytes, at] = [block.bytes[slot]!, block.at[slot]!];
    return { number, bytes, at, segment: block.segment[slot]!, offset: block.offset[slot]! };
  };
  function* kept(from = 0): Generator<PlacedRecord> {
    const start = Math.max(total.acknowledged + 1, oldest, from);
    let first = start !== from;
    for (const number of numbers(start - 1, total.published)) {
      if (first) oldest = number;
      first = false;
      yield record(number);
    }
  }
  const settle = () => {
    leaving = [];
    before = { ...total };
  };
  const forgetUpTo = (upTo: number) => {
    for (let number = Math.max(total.acknowledged + 1, oldest); number <= upTo; number++) remove(number);
    dropped.forget(upTo);
    oldest = Math.max(oldest, upTo + 1);
  };

  return {
    stream,
    publish: (bytes, at) => {
      total.published += 1;
      add(total.published, bytes, at, { segment: 0, offset: 0 });
      return total.published;
    },
    giveUp: (given, because) => {
      for (const number of given) {
        const block = blockOf(number);
        const slot = number % BLOCK_RECORDS;
        if (block?.mark[slot] !== KEPT) continue;
        block.mark[slot] = LEAVING;
        usedBytes -= block.bytes[slot]!;
        keptCount -= 1;
        total.dropped += 1;
        leaving.push({ number, because });
      }
    },
    refuse: () => {
      total.refused += 1;
    },
    position: () => ({ type: 'position', stream, ...total }),
    committed: () => ({ type: 'position', stream, ...before }),
    commit: () => {
      for (const { number } of leaving) remove(number);
      dropped.add(
        leaving
          .sort((a, b) => a.number - b.number)
          .map(({ number, because }) => ({ from: number, to: number, because })),
      );
      durable = total.published;
      settle();
    },
    undo: () => {
      for (const { number } of leaving) {
        const block = blockOf(number)!;
        block.mark[number % BLOCK_RECORDS] = KEPT;
        usedBytes += block.bytes[number % BLOCK_RECORDS]!;
        keptCount += 1;
        oldest = Math.min(oldest, number);
      }
      for (let number = total.published; number > durable; number--) remove(number);
      Object.assign(total, before);
      settle();
    },
    kept,
    keptCount: () => keptCount,
    usedBytes: () => usedBytes,
    place,
    placeOf: (number) => {
      if (blockOf(number)?.mark[number % BLOCK_RECORDS] !== KEPT) return undefined;
      const { segment, offset } = record(number);
      return { segment, offset };
    },
    acknowledge: (upTo) => {
      assert(upTo <= durable && leaving.length === 0, 'positions move between groups');
      if (upTo <= total.acknowledged) return;
      forgetUpTo(upTo);
      total.acknowledged = upTo;
      settle();
    },
    durable: () => durable,
    dropped,
    restore: ({ number, bytes, at, segment, offset }) => {
      total.published = Math.max(total.published, number);
      if (number <= total.acknowledged || dropped.find(number) !== undefined) return;
      if (blockOf(number)?.mark[number % BLOCK_RECORDS] === KEPT) remove(number);
      add(number, bytes, at, { segment: 0, offset: 0 });
      place(number, { segment, offset });
    },
    restoreDropped: (ranges) => {
      dropped.add(ranges);
      for (const { from, to } of ranges) for (const number of [...numbers(from - 1, to)]) remove(number);
      dropped.forget(total.acknowledged);
    },
    restorePosition: (position) => {
      forgetUpTo(position.acknowledged);
      for (const name of ['published', 'acknowledged', 'dropped', 'refused'] as const) {
        total[name] = Math.max(total[name], position[name]);
      }
    },
    lost: () => {
      const ranges: Dropped[] = [];
      let next = total.acknowledged + 1;
      const gapUpTo = (to: number) => {
        for (let from = next; from <= to; ) {
          const known = dropped.find(from);
          if (known !== undefined) from = known.to + 1;
          else {
            const start = from;
            while (from <= to && dropped.find(from) === undefined) from += 1;
            ranges.push({ from: start, to: from - 1, because: 'corrupt' });
          }
        }
      };
      for (const number of numbers(total.acknowledged, total.published)) {
        gapUpTo(number - 1);
        next = number + 1;
      }
      gapUpTo(total.published);
      return ranges;
    },
    lose: (ranges) => {
      dropped.add(ranges);
      for (const { from, to } of ranges) total.dropped += to - from + 1;
      durable = total.published;
      settle();
    },
  };
}

function emptyBlock(): Block {
  return {
    kept: 0,
    mark: new Uint8Array(BLOCK_RECORDS),
    bytes: new Uint32Array(BLOCK_RECORDS),
    segment: new Uint32Array(BLOCK_RECORDS),
    offset: new Uint32Array(BLOCK_RECORDS),
    at: new Float64Array(BLOCK_RECORDS),
  };
}
