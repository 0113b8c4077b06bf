import { z } from 'zod';
import { SavedPoint } from './point-queue.ts';
import type { Value } from './port-type.ts';

/** The newest point of each slot, for steps that something else triggers. */
export interface NewestValues {
  readonly values: readonly Value[];
  store(slot: number, time: number, value: Value, because: string | undefined): void;
  /** Why a slot has no usable value; undefined when it has one. */
  badBecause(slot: number): string | undefined;
  save(): SavedPoint[];
  load(saved: unknown): void;
}

export function createNewestValues(slots: number): NewestValues {
  const values: Value[] = new Array(slots).fill(0);
  const times: number[] = new Array(slots).fill(0);
  const becauses: (string | undefined)[] = new Array(slots).fill('no value yet');
  const newest: NewestValues = {
    values,
    store(slot, time, value, because) {
      values[slot] = value;
      times[slot] = time;
      becauses[slot] = because;
    },
    badBecause: (slot) => becauses[slot],
    save: () => values.map((value, slot) => [times[slot]!, value as SavedPoint[1], becauses[slot] ?? null]),
    load(saved) {
      z.array(SavedPoint)
        .length(slots)
        .parse(saved)
        .forEach(([time, value, because], slot) => {
          newest.store(slot, time, value, because ?? undefined);
        });
    },
  };
  return newest;
}
