import { z } from 'zod';
import { durationMs } from '../../base/duration.ts';
import { badReasons } from '../bad-reasons.ts';
import { createPointQueue, type PointQueue, SavedPoint } from '../point-queue.ts';
import type { PortType } from '../port-type.ts';
import type { StepDefinition } from '../step-definition.ts';

const Saved = z.array(z.array(SavedPoint));

/**
 * Each time of one series gets the nearest value of every other one, the earlier of two equally near. It waits until each
 * other series has reached that time, or until the flow's time is past it by the tolerance.
 */
export const join: StepDefinition<'join'> = {
  kind: 'join',
  reads: (spec) => ({ series: Object.values(spec.series), expressions: [] }),

  check(spec, scope) {
    scope.duration(spec.tolerance, 'tolerance');
    const names = Object.keys(spec.series);
    if (names.length < 2) scope.problem('series', 'it joins only one series', 'Name at least two.');
    const at = spec.at ?? names[0]!;
    if (!names.includes(at))
      scope.problem('at', `"${at}" is none of the joined series`, `Say one of: ${names.join(', ')}.`);
    const types = Object.fromEntries(names.map((name) => [name, scope.series(spec.series[name]!, `series.${name}`)]));
    const everyMs = types[at]?.everyMs;
    return Object.fromEntries(
      names.map((name): [string, PortType] => [name, { ...(types[name] ?? { kind: 'any' }), everyMs }]),
    );
  },

  compile(spec, host) {
    const names = Object.keys(spec.series);
    const outputs = names.map((name) => host.output(name));
    for (const name of names) host.slot(spec.series[name]!);
    const lead = names.indexOf(spec.at ?? names[0]!);
    const toleranceMs = durationMs(spec.tolerance);
    const queues = names.map(createPointQueue);
    const others = queues.filter((_, slot) => slot !== lead);
    let overdue = false;

    const hasReached = (queue: PointQueue, time: number) => queue.length > 0 && queue.time(queue.length - 1) >= time;

    function emitAt(time: number): void {
      queues.forEach((queue, slot) => {
        const index = slot === lead ? 0 : nearestIndex(queue, time, toleranceMs);
        if (index === -1) host.emit(outputs[slot]!, time, 0, badReasons.gap);
        else host.emit(outputs[slot]!, time, queue.value(index), queue.because(index));
      });
      queues[lead]!.drop();
      // The last value stays, as it may be the nearest of the next time too.
      for (const queue of others) while (queue.length > 1 && queue.time(1) <= time) queue.drop();
    }

    return {
      receive(slot, time, value, because) {
        if (!queues[slot]!.push(time, value, because) && slot === lead) host.count('overflow');
      },
      run() {
        const leader = queues[lead]!;
        if (leader.length === 0) return false;
        if (!overdue && !others.every((queue) => hasReached(queue, leader.time()))) return false;
        overdue = false;
        emitAt(leader.time());
        return leader.length > 0;
      },
      deadline: () =>
        overdue || queues[lead]!.length === 0 ? Number.POSITIVE_INFINITY : queues[lead]!.time() + toleranceMs,
      wake() {
        overdue = true;
      },
      // `overdue` lives only between `wake` and the `run` that follows at once.
      save: (): z.infer<typeof Saved> => queues.map((queue) => queue.save()),
      load(saved) {
        Saved.length(queues.length)
          .parse(saved)
          .forEach((points, slot) => {
            queues[slot]!.load(points);
          });
      },
    };
  },
};

function nearestIndex(queue: PointQueue, time: number, toleranceMs: number): number {
  let best = -1;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < queue.length; index++) {
    const distance = Math.abs(queue.time(index) - time);
    if (distance > toleranceMs || distance >= bestDistance) continue;
    best = index;
    bestDistance = distance;
  }
  return best;
}
