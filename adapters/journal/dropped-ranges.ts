import type { Dropped } from '../../contracts/records.ts';

/** The numbers of a stream that were given up, as ascending ranges that do not overlap; neighbours for one reason are one. */
export interface DroppedRanges {
  /** Adds ascending ranges; numbers that are there already keep their reason. */
  add(ranges: readonly Dropped[]): void;
  /** The range that holds `number`. */
  find(number: number): Dropped | undefined;
  /** Forgets everything up to `upTo`. */
  forget(upTo: number): void;
  all(): readonly Dropped[];
}

export function droppedRanges(): DroppedRanges {
  let ranges: Dropped[] = [];

  /** Index of the first range that ends at or after `number`. */
  const indexOf = (number: number): number => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]!.to < number) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add: (added) => {
      if (added.length === 0) return;
      const last = ranges.at(-1);
      if (last !== undefined && added[0]!.from <= last.to) ranges = union(ranges, added);
      else for (const range of added) push(ranges, range);
    },
    find: (number) => {
      const range = ranges[indexOf(number)];
      return range !== undefined && range.from <= number ? range : undefined;
    },
    forget: (upTo) => {
      const first = ranges[0];
      if (first === undefined || first.from > upTo) return;
      ranges.splice(0, indexOf(upTo + 1));
      const cut = ranges[0];
      if (cut !== undefined && cut.from <= upTo) ranges[0] = { ...cut, from: upTo + 1 };
    },
    all: () => ranges,
  };
}

function push(ranges: Dropped[], range: Dropped): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.to + 1 === range.from && last.because === range.because) {
    ranges[ranges.length - 1] = { ...last, to: range.to };
  } else ranges.push(range);
}

function union(known: readonly Dropped[], added: readonly Dropped[]): Dropped[] {
  const joined: Dropped[] = [];
  let next = 0;
  for (const range of added) {
    for (; next < known.length && known[next]!.from <= range.to; next++) {
      const before = known[next]!;
      addFrom(joined, { ...range, to: before.from - 1 });
      push(joined, before);
    }
    addFrom(joined, range);
  }
  for (; next < known.length; next++) push(joined, known[next]!);
  return joined;
}

/** Adds what of `range` lies behind everything that was joined so far. */
function addFrom(joined: Dropped[], range: Dropped): void {
  const from = Math.max(range.from, (joined.at(-1)?.to ?? 0) + 1);
  if (from <= range.to) push(joined, { ...range, from });
}
