import type { Clock } from '../../adapters/system/clock.ts';

/** Lets a loop sleep until something happens. A call while it does not sleep is kept for the next sleep. */
export interface WakeUp {
  wake(): void;
  /** Resolves after `ms`, or sooner when woken; rejects with 'closed' when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWakeUp(clock: Clock): WakeUp {
  let woken = false;
  let sleeping: AbortController | undefined;
  return {
    wake: () => {
      woken = true;
      sleeping?.abort();
    },
    sleep: async (ms, signal) => {
      if (!woken) {
        sleeping = new AbortController();
        await clock.sleep(ms, AbortSignal.any([signal, sleeping.signal])).catch((error) => {
          if (signal.aborted) throw error;
        });
        sleeping = undefined;
      }
      woken = false;
    },
  };
}
