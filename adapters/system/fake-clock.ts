import assert from 'node:assert/strict';
import { type Clock, sleepWith, type Timer } from './clock.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /**
   * Moves time forward by `ms`. Timers fire in order of their time, then of their setting; between two of them every chain
   * of promises runs until it waits again, so what an agent does at 10:00:01 has happened before 10:00:02.
   * Two calls must not overlap.
   */
  advance(ms: number): Promise<void>;
  /** Lets every chain of promises run until it waits, without moving time. */
  settle(): Promise<void>;
  /** Sets the wall clock, as a time server or a person does; timers and `monotonic` do not notice. */
  setWall(nowMs: number): void;
  /** Monotonic time of the next timer; `undefined` when nothing waits. */
  nextTimer(): number | undefined;
}

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/**
 * Deterministic for code that waits only for this clock, for promises and for other fakes; work of other threads (real
 * files, sockets, WebCrypto) is not waited for. `startMs` is the first wall time; `monotonic` starts at 0.
 */
export function createFakeClock(startMs: number): FakeClock {
  const heap = timerHeap();
  let monotonic = 0;
  let wallOffset = startMs;
  let order = 0;
  let advancing = false;

  const setTimer = (ms: number, fire: () => void): Timer => {
    const pending: Pending = { at: monotonic + Math.max(0, ms), order: order++, fire, cancelled: false };
    heap.push(pending);
    return {
      cancel: () => {
        pending.cancelled = true;
      },
    };
  };

  // Promise chains are all run before the event loop comes to its check phase, however long they are.
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const advance = async (ms: number): Promise<void> => {
    assert(ms >= 0, 'time does not go back: use setWall for a jump of the wall clock');
    assert(!advancing, 'advance was called while an earlier call had not finished');
    advancing = true;
    try {
      const until = monotonic + ms;
      await settle();
      for (let due = heap.peek(); due !== undefined && due.at <= until; due = heap.peek()) {
        heap.pop();
        monotonic = due.at;
        due.fire();
        await settle();
      }
      monotonic = until;
    } finally {
      advancing = false;
    }
  };

  return {
    now: () => Math.floor(wallOffset + monotonic),
    monotonic: () => monotonic,
    sleep: (ms, signal) => sleepWith(setTimer, ms, signal),
    setTimer,
    advance,
    settle,
    setWall: (nowMs) => {
      wallOffset = nowMs - monotonic;
    },
    nextTimer: () => heap.peek()?.at,
  };
}

/** A binary heap by time, then order; `peek` drops cancelled timers, so that they cost nothing later. */
function timerHeap() {
  const items: Pending[] = [];
  const before = (a: Pending, b: Pending) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number) => {
    const kept = items[i]!;
    items[i] = items[j]!;
    items[j] = kept;
  };
  const push = (item: Pending) => {
    let i = items.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(items[i]!, items[parent]!)) break;
      swap(i, parent);
      i = parent;
    }
  };
  const pop = () => {
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    items[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= items.length) return;
      const right = left + 1;
      const child = right < items.length && before(items[right]!, items[left]!) ? right : left;
      if (!before(items[child]!, items[i]!)) return;
      swap(i, child);
      i = child;
    }
  };
  const peek = (): Pending | undefined => {
    while (items[0]?.cancelled) pop();
    return items[0];
  };
  return { push, pop, peek };
}
