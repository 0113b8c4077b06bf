import { cpus, release, totalmem, type } from 'node:os';

/** One measured budget: a ratio, or a count, against a named comparator in the same run. */
export interface BenchResult {
  readonly name: string;
  /** What was measured, in one sentence. */
  readonly what: string;
  readonly comparator: string;
  readonly unit: string;
  /** The bound that the median has to keep. */
  readonly budget: { readonly atLeast: number } | { readonly atMost: number };
  /** One value for each round, in the order of the rounds. */
  readonly runs: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Figures that help to judge the ratio, by name with the unit last, for example `journalRecordsPerS`; medians. */
  readonly details: Readonly<Record<string, number>>;
  readonly machine: string;
  readonly passed: boolean;
}

/** Fewer rounds say nothing about the spread. */
export const ROUNDS_MIN = 5;

/** The result of `runs`, judged by their median. */
export function benchResult(
  measured: Omit<BenchResult, 'median' | 'min' | 'max' | 'machine' | 'passed' | 'details'> & {
    details?: Record<string, number>;
  },
): BenchResult {
  const { runs, budget } = measured;
  if (runs.length < ROUNDS_MIN) throw new RangeError(`${runs.length} rounds are too few; ${ROUNDS_MIN} are needed`);
  const middle = median(runs);
  const passed = 'atLeast' in budget ? middle >= budget.atLeast : middle <= budget.atMost;
  return {
    ...measured,
    details: measured.details ?? {},
    median: middle,
    min: Math.min(...runs),
    max: Math.max(...runs),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`,
    passed,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
