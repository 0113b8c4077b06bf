import { z } from 'zod';
import type { StepSpec } from '../../../contracts/kinds/flow.ts';
import type { Scalar } from '../../../contracts/names.ts';
import { durationMs } from '../../base/duration.ts';
import { suggest } from '../../base/nearest.ts';
import type { PortKind } from '../port-type.ts';
import type { StepDefinition, StepScope } from '../step-definition.ts';
import { hasVariable } from '../step-scope.ts';
import { createWriteTrigger } from '../write-trigger.ts';

/** Writes that may be unconfirmed at once; a further one takes the place of the oldest, which is recorded as failed. */
export const unconfirmedMax = 16;

const SavedScalar = z.union([z.number(), z.boolean(), z.string()]);
const Saved = z.strictObject({
  trigger: z.unknown(),
  previous: z.boolean(),
  attempted: SavedScalar.nullable(),
  refused: SavedScalar.nullable(),
  lastTime: z.number().nullable(),
  waiting: SavedScalar.nullable(),
  pending: z.array(
    z.strictObject({ id: z.number().int(), time: z.number(), arrivalMs: z.number(), value: SavedScalar }),
  ),
});
type Pending = z.infer<typeof Saved>['pending'][number];

/**
 * Asks for a write when its trigger says so. INVARIANTS: never from a bad value, never outside min and max, never sooner than
 * the minimum interval after the one before; each write asked for is confirmed once and leaves one record. After a failed
 * write the same value counts as new again.
 */
export const write: StepDefinition<'write'> = {
  kind: 'write',
  reads: (spec) => ({
    series: spec.when === undefined ? [] : [spec.when],
    expressions: typeof spec.value === 'string' ? [spec.value] : [],
  }),

  check(spec, scope) {
    scope.duration(spec.minimumInterval, 'minimumInterval');
    if (!scope.streams.has(spec.stream))
      scope.problem('stream', `the flow has no stream "${spec.stream}"`, 'Declare it under streams.');
    if (spec.when !== undefined) scope.series(spec.when, 'when', ['boolean']);
    if (typeof spec.min === 'number' && typeof spec.max === 'number' && spec.min > spec.max)
      scope.problem('min', 'min is greater than max');
    const expression =
      typeof spec.value === 'string'
        ? scope.expression(spec.value, 'value', ['number', 'boolean', 'string'])
        : undefined;
    const constant = typeof spec.value !== 'string' || expression?.refs.length === 0;
    if (constant && spec.when === undefined)
      scope.problem(
        'value',
        'a constant without `when` would never be written',
        'Name the condition that triggers it.',
      );
    else if (constant && spec.on === 'change')
      scope.problem('on', 'a constant never changes', 'Say on: rising, falling, edge or every.');
    const kind = typeof spec.value === 'string' ? expression?.type.kind : (typeof spec.value as 'number' | 'boolean');
    checkTag(spec, kind, scope);
    return {};
  },

  compile(spec, host) {
    const trigger = createWriteTrigger(spec, host);
    const intervalMs = durationMs(spec.minimumInterval);
    let attempted: Scalar | null = null;
    let refused: Scalar | null = null;
    let lastTime: number | undefined;
    let waiting: Scalar | null = null;
    let pending: Pending[] = [];

    function record(
      time: number,
      arrivalMs: number,
      value: Scalar,
      outcome: 'written' | 'unchanged' | 'refused' | 'failed',
      more: { previous?: Scalar | null; because?: string; latencyMs?: number },
    ): void {
      const body = {
        kind: 'write',
        flow: host.flow,
        step: host.step,
        sourceTime: time,
        tag: spec.tag,
        value,
        outcome,
        previous: null,
        ...more,
      } as const;
      host.effect({ kind: 'record', step: host.step, stream: spec.stream, sourceTime: time, arrivalMs, body });
    }

    function ask({ id, time, arrivalMs, value }: Pending): void {
      host.effect({ kind: 'write', id, step: host.step, tag: spec.tag, value, sourceTime: time, arrivalMs });
    }

    function send(time: number, value: Scalar): void {
      attempted = value;
      lastTime = time;
      waiting = null;
      const entry = { id: host.nextId(), time, arrivalMs: host.arrivalMs(), value };
      if (pending.length === unconfirmedMax) {
        const oldest = pending.shift()!;
        record(oldest.time, oldest.arrivalMs, oldest.value, 'failed', { because: 'never confirmed' });
      }
      pending.push(entry);
      ask(entry);
    }

    function consider(time: number, wanted: Scalar): void {
      const value = typeof wanted === 'number' && spec.outside === 'clamp' ? clamp(wanted, spec) : wanted;
      if (typeof value === 'number' && clamp(value, spec) !== value) {
        if (refused !== value)
          record(time, host.arrivalMs(), value, 'refused', {
            because: `outside ${spec.min ?? '-∞'} to ${spec.max ?? '∞'}`,
          });
        refused = value;
        return;
      }
      refused = null;
      if (spec.on === 'change' && value === attempted) {
        waiting = null;
      } else if (spec.dryRun) {
        attempted = value;
        record(time, host.arrivalMs(), value, 'refused', { because: 'dry run' });
      } else if (lastTime !== undefined && time < lastTime + intervalMs) {
        waiting = value;
      } else {
        send(time, value);
      }
    }

    return {
      receive: trigger.receive,
      run() {
        const fired = trigger.next();
        if (fired === 'idle') return false;
        if (fired === 'fire') {
          const value = trigger.value();
          if (value === null) host.count('bad');
          else consider(trigger.time, value);
        }
        return true;
      },
      deadline: () => (waiting === null ? Number.POSITIVE_INFINITY : lastTime! + intervalMs),
      wake() {
        if (waiting !== null) send(lastTime! + intervalMs, waiting);
      },
      confirm(id, { outcome, previous, because }, latencyMs) {
        const entry = pending.find((candidate) => candidate.id === id);
        if (entry === undefined) return false;
        const newest = entry === pending.at(-1);
        pending = pending.filter((candidate) => candidate !== entry);
        if (outcome === 'failed' && newest) attempted = null;
        record(entry.time, entry.arrivalMs, entry.value, outcome, {
          previous,
          ...(because === undefined ? {} : { because }),
          ...(latencyMs === undefined ? {} : { latencyMs }),
        });
        return true;
      },
      save: (): z.infer<typeof Saved> => ({
        ...trigger.save(),
        attempted,
        refused,
        lastTime: lastTime ?? null,
        waiting,
        pending: [...pending],
      }),
      load(saved) {
        const loaded = Saved.parse(saved);
        trigger.load(loaded);
        ({ attempted, refused, waiting, pending } = loaded);
        lastTime = loaded.lastTime ?? undefined;
      },
      reissue: () => pending.forEach(ask),
    };
  },
};

function clamp(
  value: number,
  {
    min = Number.NEGATIVE_INFINITY,
    max = Number.POSITIVE_INFINITY,
  }: { min?: number | undefined; max?: number | undefined },
): number {
  return Math.min(Math.max(value, min), max);
}

function checkTag(spec: StepSpec<'write'>, kind: PortKind | undefined, scope: StepScope): void {
  const { tags } = scope.facts;
  if (tags === undefined || hasVariable(spec.tag)) return;
  const tag = tags[spec.tag];
  if (tag === undefined) {
    scope.problem('tag', `there is no tag "${spec.tag}"`, suggest(spec.tag, Object.keys(tags)));
    return;
  }
  if (!tag.writable) {
    const writable = Object.keys(tags).filter((path) => tags[path]!.writable);
    const some = writable.length > 0 && writable.length <= 12 ? ` Writable: ${writable.join(', ')}.` : '';
    scope.problem(
      'tag',
      `${spec.tag} is not writable`,
      `Mark it writable at its connector, if the equipment allows it.${some}`,
    );
  }
  if (kind !== undefined && kind !== 'any' && kind !== tag.type)
    scope.problem('value', `${spec.tag} takes ${tag.type}, not ${kind}`);
}
