const HOUR_MS = 3_600_000;

/** The spans that the one time-range control offers; they count back from the newest source time. */
export const timeRanges = {
  '6h': { label: '6 hours', ms: 6 * HOUR_MS },
  '24h': { label: '24 hours', ms: 24 * HOUR_MS },
  '3d': { label: '3 days', ms: 72 * HOUR_MS },
  '7d': { label: '7 days', ms: 168 * HOUR_MS },
  '30d': { label: '30 days', ms: 720 * HOUR_MS },
} as const;

export type TimeRange = keyof typeof timeRanges;
export const DEFAULT_TIME_RANGE: TimeRange = '3d';

/** The range that a word in the address names; the default when it names none. */
export function parseTimeRange(word: unknown): TimeRange {
  return typeof word === 'string' && word in timeRanges ? (word as TimeRange) : DEFAULT_TIME_RANGE;
}
