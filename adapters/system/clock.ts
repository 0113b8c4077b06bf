import { EdgeError } from '../../contracts/errors.ts';

/** Time as an argument: everything outside `main.ts` that waits or stamps takes one, so that tests move time themselves. */
export interface Clock {
  /** Wall time: milliseconds since 1970-01-01T00:00:00Z. It may jump, both ways. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. Measure lengths of time with it. */
  monotonic(): number;
  /** Resolves after `ms` of monotonic time; rejects with EdgeError `closed` when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `fire` once after `ms` of monotonic time, unless cancelled first. */
  setTimer(ms: number, fire: () => void): Timer;
}

export interface Timer {
  /** The timer will not fire any more. May be repeated, also after it fired. */
  cancel(): void;
}

/** `sleep` made from `setTimer`, the same for every clock. */
export function sleepWith(setTimer: Clock['setTimer'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = () => new EdgeError('closed', 'Waiting was stopped.', { cause: signal?.reason });
    if (signal?.aborted) return reject(stopped());
    const onAbort = () => {
      timer.cancel();
      reject(stopped());
    };
    const timer = setTimer(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
