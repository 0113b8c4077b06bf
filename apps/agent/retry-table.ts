import type { Random } from '../../adapters/system/random.ts';
import { backoffMs } from '../../core/base/backoff.ts';

/** How often something failed, and when it may be tried again; times are monotonic. */
export interface Attempts {
  readonly count: number;
  /** What was tried, for people. */
  readonly what: string;
  readonly because: string;
  readonly since: number;
  readonly notBeforeMs: number;
}

export interface Failure {
  readonly what: string;
  readonly because: string;
  /** So many failures are not waited for. */
  readonly free?: number;
}

/** What failed, by a key that names it. Whatever is asked for no more is forgotten by `keepOnly`. */
export interface RetryTable {
  get(key: string): Attempts | undefined;
  /** Counts a failure and says how often it failed by now. */
  failed(key: string, failure: Failure, now: { monotonicMs: number; wallMs: number }): number;
  succeeded(key: string): void;
  /** Everything whose key begins so may be tried at once. */
  hurry(prefix: string): void;
  keepOnly(keys: ReadonlySet<string>): void;
  all(): ReadonlyMap<string, Attempts>;
}

export function createRetryTable(random: Random, window: { baseMs: number; maxMs: number }): RetryTable {
  const table = new Map<string, Attempts>();
  return {
    get: (key) => table.get(key),
    failed: (key, { what, because, free = 0 }, { monotonicMs, wallMs }) => {
      const before = table.get(key);
      const count = (before?.count ?? 0) + 1;
      const jitter01 = random.number();
      const delayMs = count <= free ? 0 : backoffMs({ attempt: count - free, ...window, jitter01 });
      table.set(key, { count, what, because, since: before?.since ?? wallMs, notBeforeMs: monotonicMs + delayMs });
      return count;
    },
    succeeded: (key) => {
      table.delete(key);
    },
    hurry: (prefix) => {
      for (const [key, attempts] of table) {
        if (key.startsWith(prefix)) table.set(key, { ...attempts, notBeforeMs: 0 });
      }
    },
    keepOnly: (keys) => {
      for (const key of [...table.keys()]) if (!keys.has(key)) table.delete(key);
    },
    all: () => table,
  };
}
