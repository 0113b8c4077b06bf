import { z } from 'zod';
import { createNewestValues } from '../newest-values.ts';
import { valueText } from '../number-text.ts';
import { createPointQueue, SavedPoint } from '../point-queue.ts';
import type { StepDefinition } from '../step-definition.ts';

const Saved = z.strictObject({ queue: z.array(SavedPoint), newest: z.unknown(), raised: z.boolean() });

/** `{series}` or `{series:decimals}` in a message; not `${variable}`. */
const placeholder = /(?<!\$)\{([a-z]\w*(?:\.[a-z]\w*)?)(?::(\d))?\}/g;

/** Stands while a condition is true: one record when it is raised, one when it is cleared. Bad values change nothing. */
export const alarm: StepDefinition<'alarm'> = {
  kind: 'alarm',
  reads: (spec) => ({ series: [spec.when, ...refsIn(spec.message)], expressions: [] }),

  check(spec, scope) {
    if (!scope.streams.has(spec.stream))
      scope.problem('stream', `the flow has no stream "${spec.stream}"`, 'Declare it under streams.');
    scope.series(spec.when, 'when', ['boolean']);
    for (const ref of refsIn(spec.message)) scope.series(ref, 'message');
    return {};
  },

  compile(spec, host) {
    const refs = [...new Set(refsIn(spec.message))];
    host.slot(spec.when);
    for (const ref of refs) host.slot(ref);
    const queue = createPointQueue();
    const newest = createNewestValues(refs.length);
    let raised = false;

    function message(): string {
      return spec.message.replaceAll(placeholder, (_, ref: string, decimals: string | undefined) => {
        const slot = refs.indexOf(ref);
        return newest.badBecause(slot) === undefined
          ? valueText(newest.values[slot]!, decimals === undefined ? undefined : Number(decimals))
          : '?';
      });
    }

    return {
      receive(slot, time, value, because) {
        if (slot > 0) newest.store(slot - 1, time, value, because);
        else if (!queue.push(time, value, because)) host.count('overflow');
      },
      run() {
        if (queue.length === 0) return false;
        const [time, now, bad] = [queue.time(), queue.value() === true, queue.because() !== undefined];
        queue.drop();
        if (bad || now === raised) return true;
        raised = now;
        host.effect({
          kind: 'record',
          step: host.step,
          stream: spec.stream,
          sourceTime: time,
          arrivalMs: host.arrivalMs(),
          body: {
            kind: 'alarm',
            flow: host.flow,
            step: host.step,
            sourceTime: time,
            alarm: host.step,
            phase: now ? 'raised' : 'cleared',
            severity: spec.severity,
            message: message(),
            ...(spec.tag === undefined ? {} : { tag: spec.tag }),
          },
        });
        return true;
      },
      save: (): z.infer<typeof Saved> => ({ queue: queue.save(), newest: newest.save(), raised }),
      load(saved) {
        const loaded = Saved.parse(saved);
        queue.load(loaded.queue);
        newest.load(loaded.newest);
        raised = loaded.raised;
      },
    };
  },
};

function refsIn(message: string): string[] {
  return [...message.matchAll(placeholder)].map((match) => match[1]!);
}
