import { z } from 'zod';
import { createPointQueue, SavedPoint } from './point-queue.ts';
import type { Value } from './port-type.ts';

export const SavedAligner = z.array(z.array(SavedPoint));

/**
 * Brings the inputs of a step together: `take` succeeds when every slot has a point of the same source time. A point whose
 * time some other slot has passed can never be matched any more; it is given up and counted.
 */
export interface Aligner {
  readonly time: number;
  /** The matched values by slot; reused by the next `take`. */
  readonly values: readonly Value[];
  readonly becauses: readonly (string | undefined)[];
  offer(slot: number, time: number, value: Value, because: string | undefined): void;
  take(): boolean;
  /** Why the matched points can't be used: the reason of the first bad one. */
  badBecause(): string | undefined;
  save(): z.infer<typeof SavedAligner>;
  load(saved: unknown): void;
}

export function createAligner(slots: number, count: (what: 'unmatched' | 'overflow') => void): Aligner {
  const queues = Array.from({ length: slots }, createPointQueue);
  const values: Value[] = new Array(slots).fill(0);
  const becauses: (string | undefined)[] = new Array(slots).fill(undefined);
  let time = 0;

  function latestHead(): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (const queue of queues) {
      if (queue.length === 0) return Number.NaN;
      latest = Math.max(latest, queue.time());
    }
    return latest;
  }

  function take(): boolean {
    for (;;) {
      const wanted = latestHead();
      if (Number.isNaN(wanted)) return false;
      let dropped = false;
      for (const queue of queues) {
        while (queue.length > 0 && queue.time() < wanted) {
          queue.drop();
          count('unmatched');
          dropped = true;
        }
      }
      if (dropped) continue;
      time = wanted;
      for (let slot = 0; slot < slots; slot++) {
        const queue = queues[slot]!;
        values[slot] = queue.value();
        becauses[slot] = queue.because();
        queue.drop();
      }
      return true;
    }
  }

  return {
    get time() {
      return time;
    },
    values,
    becauses,
    offer(slot, at, value, because) {
      if (!queues[slot]!.push(at, value, because)) count('overflow');
    },
    take,
    badBecause: () => becauses.find((because) => because !== undefined),
    save: () => queues.map((queue) => queue.save()),
    load(saved) {
      SavedAligner.length(slots)
        .parse(saved)
        .forEach((points, slot) => {
          queues[slot]!.load(points);
        });
    },
  };
}
