import type { Dropped, StreamRecord } from '../../contracts/records.ts';

/** What of a batch goes on from `upTo` without a gap. */
export interface Contiguous {
  upTo: number;
  records: StreamRecord[];
  /** Numbers newly covered by declared drops. */
  dropped: number;
  /** Records that came again. */
  duplicates: number;
}

/**
 * Takes records in the order of their numbers while each is the next one; a declared drop counts as present, a record
 * that is there in spite of a drop wins over it. Stops at the first gap.
 */
export function contiguousRecords(
  upTo: number,
  records: readonly StreamRecord[],
  dropped: readonly Dropped[],
): Contiguous {
  const byNumber = new Map<number, StreamRecord>();
  let duplicates = 0;
  for (const record of records) {
    if (record.number <= upTo || byNumber.has(record.number)) duplicates += 1;
    else byNumber.set(record.number, record);
  }
  const drops = dropped.filter((drop) => drop.to > upTo).toSorted((a, b) => a.from - b.from);
  const ahead = [...byNumber.keys()].sort((a, b) => a - b);
  const taken: StreamRecord[] = [];
  let given = 0;
  let at = upTo;
  let nextRecord = 0;
  let nextDrop = 0;
  for (;;) {
    while (nextDrop < drops.length && drops[nextDrop]!.to <= at) nextDrop += 1;
    const number = ahead[nextRecord];
    if (number === at + 1) {
      taken.push(byNumber.get(number)!);
      at = number;
      nextRecord += 1;
      continue;
    }
    const drop = drops[nextDrop];
    if (drop === undefined || drop.from > at + 1) return { upTo: at, records: taken, dropped: given, duplicates };
    // A record inside the dropped range is kept: the drop covers only the numbers before it.
    const to = Math.min(drop.to, number === undefined ? drop.to : number - 1);
    given += to - at;
    at = to;
  }
}
