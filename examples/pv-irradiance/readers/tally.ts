import type { Dropped } from './series.ts';

/** Counts what a reader drops or mends, by reason, remembering where each reason was met first. */
export interface Tally {
  count(why: string, line: number, times?: number): void;
  entries(): readonly Dropped[];
}

export function createTally(): Tally {
  const byWhy = new Map<string, { count: number; line: number }>();
  return {
    count(why, line, times = 1) {
      const known = byWhy.get(why);
      if (known === undefined) byWhy.set(why, { count: times, line });
      else known.count += times;
    },
    entries: () => [...byWhy].map(([why, { count, line }]) => ({ why, count, firstAt: `line ${line}` })),
  };
}
