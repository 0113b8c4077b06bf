import { performance } from 'node:perf_hooks';
import { type Clock, sleepWith, type Timer } from './clock.ts';

/** Node's timers take at most 2^31 - 1 milliseconds (24.8 days) and fire at once above it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of this machine. A pending timer keeps the process alive: cancel it, or abort the sleep. */
export function systemClock(): Clock {
  const setTimer = (ms: number, fire: () => void): Timer => {
    let left = Math.max(0, ms);
    let handle: NodeJS.Timeout;
    const arm = () => {
      const part = Math.min(left, LONGEST_TIMER_MS);
      left -= part;
      handle = setTimeout(left > 0 ? arm : fire, part);
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  };
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms, signal) => sleepWith(setTimer, ms, signal),
    setTimer,
  };
}
