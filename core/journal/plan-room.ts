import type { OnFull } from '../../contracts/records.ts';

/** A record that is kept: its number and what it takes of the stream's bytes. */
export interface KeptRecord {
  readonly number: number;
  readonly bytes: number;
}

export interface RoomFacts {
  readonly onFull: OnFull;
  readonly maxBytes: number;
  readonly usedBytes: number;
  readonly incomingBytes: number;
  /** Kept records, oldest first; read only as far as needed. */
  readonly kept: Iterable<KeptRecord>;
}

/** Whether a new record is taken, and which older numbers give way to it. */
export type Room =
  | { readonly kind: 'accept'; readonly drop: readonly number[]; readonly because: 'drop-oldest' | 'downsample' }
  | { readonly kind: 'refuse' };

/**
 * What a stream's policy does with one more record. `downsample` gives up every second record of the older half, again and
 * again until there is room, so that the past gets coarser and the present stays whole; it drops the oldest when fewer than
 * four are left. A record that is larger than the whole stream is refused by every policy.
 */
export function planRoom(facts: RoomFacts): Room {
  const excess = facts.usedBytes + facts.incomingBytes - facts.maxBytes;
  if (excess <= 0) return { kind: 'accept', drop: [], because: 'drop-oldest' };
  if (facts.onFull === 'refuse-newest' || facts.incomingBytes > facts.maxBytes) return { kind: 'refuse' };
  const because = facts.onFull;
  const drop = because === 'downsample' ? downsampled(facts.kept, excess) : oldest(facts.kept, excess);
  return { kind: 'accept', drop, because };
}

function oldest(kept: Iterable<KeptRecord>, excess: number): number[] {
  const drop: number[] = [];
  let freed = 0;
  for (const { number, bytes } of kept) {
    if (freed >= excess) break;
    drop.push(number);
    freed += bytes;
  }
  return drop;
}

function downsampled(kept: Iterable<KeptRecord>, excess: number): number[] {
  let left = [...kept];
  const drop: number[] = [];
  let freed = 0;
  while (freed < excess && left.length > 0) {
    const half = Math.floor(left.length / 2);
    const goes = (index: number) => (half < 2 ? index === 0 : index < half && index % 2 === 1);
    for (const [index, record] of left.entries()) {
      if (!goes(index)) continue;
      drop.push(record.number);
      freed += record.bytes;
    }
    left = left.filter((_, index) => !goes(index));
  }
  return drop.sort((a, b) => a - b);
}
