import type { NumberRange } from './entry.ts';

/** Ascending numbers as ranges of neighbours. */
export function numberRanges(ascending: readonly number[]): NumberRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const number of ascending) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to + 1 === number) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges;
}
