/** What a delay before the next try is computed from; `jitter01` is uniform in [0, 1) and comes from the caller's chance. */
export interface BackoffFacts {
  /** Tries that failed so far: 1 after the first failure. */
  readonly attempt: number;
  readonly baseMs: number;
  readonly maxMs: number;
  readonly jitter01: number;
}

/**
 * Delay before the next try in whole milliseconds: full jitter over an exponentially growing, bounded window, so that
 * thousands of nodes do not come back at once (Brooker, "Exponential Backoff And Jitter", AWS 2015). Never above `maxMs`.
 */
export function backoffMs({ attempt, baseMs, maxMs, jitter01 }: BackoffFacts): number {
  const doublings = Math.min(Math.max(attempt - 1, 0), 52);
  return Math.floor(Math.min(maxMs, baseMs * 2 ** doublings) * jitter01);
}
