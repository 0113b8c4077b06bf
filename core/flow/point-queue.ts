import { z } from 'zod';
import type { Value } from './port-type.ts';

/** Points that may wait for their partners at one input of a step; beyond it the oldest gives way and is counted. */
export const queuedMax = 256;

export const SavedValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]);

/** A point as it is saved: source time, value, and why it is bad (null when it is good). */
export const SavedPoint = z.tuple([z.number(), SavedValue, z.string().nullable()]);
export type SavedPoint = z.infer<typeof SavedPoint>;

/** A ring of points in order of source time. Reading the head does not allocate. */
export interface PointQueue {
  readonly length: number;
  /** False when it was full, so that the oldest point was given up. */
  push(time: number, value: Value, because: string | undefined): boolean;
  time(index?: number): number;
  value(index?: number): Value;
  because(index?: number): string | undefined;
  drop(): void;
  save(): SavedPoint[];
  load(points: readonly SavedPoint[]): void;
}

export function createPointQueue(): PointQueue {
  let capacity = 4;
  let times = new Float64Array(capacity);
  let values: Value[] = new Array(capacity).fill(0);
  let becauses: (string | undefined)[] = new Array(capacity).fill(undefined);
  let head = 0;
  let length = 0;
  const at = (index: number) => (head + index) % capacity;

  function grow(): void {
    const order = Array.from({ length }, (_, index) => at(index));
    const larger = new Float64Array(capacity * 2);
    order.forEach((from, index) => {
      larger[index] = times[from]!;
    });
    values = [...order.map((from) => values[from]!), ...new Array(capacity).fill(0)];
    becauses = [...order.map((from) => becauses[from]), ...new Array(capacity).fill(undefined)];
    times = larger;
    head = 0;
    capacity *= 2;
  }

  const queue: PointQueue = {
    get length() {
      return length;
    },
    push(time, value, because) {
      const full = length === queuedMax;
      if (full) queue.drop();
      else if (length === capacity) grow();
      const slot = at(length);
      times[slot] = time;
      values[slot] = value;
      becauses[slot] = because;
      length++;
      return !full;
    },
    time: (index = 0) => times[at(index)]!,
    value: (index = 0) => values[at(index)]!,
    because: (index = 0) => becauses[at(index)],
    drop() {
      head = at(1);
      length--;
    },
    save: () =>
      Array.from({ length }, (_, index) => [
        times[at(index)]!,
        values[at(index)]! as SavedPoint[1],
        becauses[at(index)] ?? null,
      ]),
    load(points) {
      head = 0;
      length = 0;
      for (const [time, value, because] of points) queue.push(time, value, because ?? undefined);
    },
  };
  return queue;
}
