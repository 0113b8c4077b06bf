import { z } from 'zod';
import { SavedPoint } from './point-queue.ts';
import type { Value } from './port-type.ts';

/** The newest point of a series; a bad one has no value but a reason. */
export interface SeriesPoint {
  sourceTime: number;
  value: Value | null;
  because?: string;
}

type Receive = (slot: number, time: number, value: Value, because: string | undefined) => void;

export const SavedBoard = z.record(z.string(), SavedPoint.nullable());

/** All series of a flow: their newest point, and who reads them. INVARIANT: the times of a series only grow. */
export interface SeriesBoard {
  /** Adds a series; its number is what `emit` wants. */
  add(name: string): number;
  subscribe(name: string, slot: number, receive: Receive): void;
  /** False when a newer point had been there, so that this one was given up. */
  emit(series: number, time: number, value: Value, because: string | undefined): boolean;
  newest(): Record<string, SeriesPoint>;
  save(): z.infer<typeof SavedBoard>;
  load(saved: z.infer<typeof SavedBoard>): void;
}

const never = Number.NEGATIVE_INFINITY;

export function createSeriesBoard(): SeriesBoard {
  const names: string[] = [];
  const times: number[] = [];
  const values: Value[] = [];
  const becauses: (string | undefined)[] = [];
  const readers: { slot: number; receive: Receive }[][] = [];

  function pointOf(series: number): SeriesPoint {
    const because = becauses[series];
    const sourceTime = times[series]!;
    return because === undefined ? { sourceTime, value: values[series]! } : { sourceTime, value: null, because };
  }

  return {
    add(name) {
      names.push(name);
      times.push(never);
      values.push(0);
      becauses.push(undefined);
      readers.push([]);
      return names.length - 1;
    },
    subscribe(name, slot, receive) {
      readers[names.indexOf(name)]!.push({ slot, receive });
    },
    emit(series, time, value, because) {
      if (time <= times[series]!) return false;
      times[series] = time;
      values[series] = value;
      becauses[series] = because;
      for (const reader of readers[series]!) reader.receive(reader.slot, time, value, because);
      return true;
    },
    newest: () =>
      Object.fromEntries(names.flatMap((name, series) => (times[series] === never ? [] : [[name, pointOf(series)]]))),
    save: () =>
      Object.fromEntries(
        names.map((name, series) => [
          name,
          times[series] === never ? null : [times[series]!, values[series] as SavedPoint[1], becauses[series] ?? null],
        ]),
      ),
    load(saved) {
      names.forEach((name, series) => {
        const [time, value, because] = saved[name] ?? [never, 0, null];
        times[series] = time;
        values[series] = value;
        becauses[series] = because ?? undefined;
      });
    },
  };
}
