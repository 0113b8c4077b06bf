import type { Kysely, Transaction } from 'kysely';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Tables } from './tables.ts';

/** Most writes in one transaction, and most that wait for theirs. */
const GROUP_MAX = 500;
const WAITING_MAX = 20_000;

/**
 * One write. It must check everything that it may refuse before its first change, because its neighbours in the
 * transaction are kept when it throws an EdgeError.
 */
export type WriteJob<T> = (transaction: Transaction<Tables>) => Promise<T>;

interface Waiting {
  readonly run: WriteJob<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupWriter {
  /** Resolves when the write is durable. Rejects with 'too-many' when too many wait. */
  write<T>(job: WriteJob<T>): Promise<T>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

/** Group commit: writes that come while one transaction runs share the next one, and its one sync of the disk. */
export function groupWriter(db: Kysely<Tables>, wrap: (error: unknown) => unknown): GroupWriter {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const runGroup = async (group: readonly Waiting[]): Promise<void> => {
    const outcomes: (() => void)[] = [];
    try {
      await db.transaction().execute(async (transaction) => {
        for (const one of group) {
          try {
            const value = await one.run(transaction);
            outcomes.push(() => one.resolve(value));
          } catch (error) {
            if (!(error instanceof EdgeError)) throw error;
            outcomes.push(() => one.reject(error));
          }
        }
      });
    } catch (error) {
      for (const one of group) one.reject(wrap(error));
      return;
    }
    for (const answer of outcomes) answer();
  };

  const runAll = async (): Promise<void> => {
    // What arrives in the same turn of the event loop, from any number of nodes, shares the first transaction.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await runGroup(waiting.splice(0, GROUP_MAX));
    running = undefined;
  };

  return {
    write: <T>(run: WriteJob<T>) =>
      new Promise<T>((resolve, reject) => {
        if (waiting.length >= WAITING_MAX) {
          return reject(new EdgeError('too-many', `${WAITING_MAX} writes wait for the disk already.`));
        }
        waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
        running ??= runAll();
      }),
    drained: async () => running,
  };
}
