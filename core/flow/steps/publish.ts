import type { Scalar } from '../../../contracts/names.ts';
import type { RecordBody } from '../../../contracts/records.ts';
import { durationMs } from '../../base/duration.ts';
import { suggest } from '../../base/nearest.ts';
import { alignExpressions } from '../aligned-expressions.ts';
import type { StepDefinition } from '../step-definition.ts';

/** Publishes values of one source time to a stream: as samples, or as a prediction about another time. */
export const publish: StepDefinition<'publish'> = {
  kind: 'publish',
  reads: (spec) => ({ series: [], expressions: Object.values(spec.values) }),

  check(spec, scope) {
    if (!scope.streams.has(spec.stream)) {
      scope.problem(
        'stream',
        `the flow has no stream "${spec.stream}"`,
        suggest(spec.stream, scope.streams) ?? 'Declare it under streams.',
      );
    }
    if (spec.forTime !== undefined) scope.duration(spec.forTime, 'forTime');
    const kinds = spec.forTime === undefined ? (['number', 'boolean', 'string'] as const) : (['number'] as const);
    const read = Object.entries(spec.values).map(([name, text]) => scope.expression(text, `values.${name}`, kinds));
    if (read.every((expression) => expression?.refs.length === 0))
      scope.problem('values', 'they read no series, so nothing would ever be published');
    return {};
  },

  compile(spec, host) {
    const names = Object.keys(spec.values);
    const { aligner, expressions } = alignExpressions(host, [], Object.values(spec.values));
    const model = host.modelBehind(Object.values(spec.values).flatMap((text) => host.expression(text).refs));
    const offsetMs = spec.forTime === undefined ? undefined : durationMs(spec.forTime);

    function body(time: number): RecordBody {
      const values: Record<string, Scalar | null> = {};
      let because: string | undefined;
      expressions.forEach((expression, index) => {
        const value = expression.value() as Scalar | null;
        values[names[index]!] = value;
        if (value === null) because ??= expression.because;
      });
      const common = {
        flow: host.flow,
        step: host.step,
        sourceTime: time,
        quality: because === undefined ? ('good' as const) : ('bad' as const),
      };
      if (offsetMs === undefined) return { kind: 'sample', ...common, values };
      return {
        kind: 'prediction',
        ...common,
        forTime: time + offsetMs,
        values: values as Record<string, number | null>,
        ...(because === undefined ? {} : { because }),
        ...(model === undefined ? {} : { model }),
      };
    }

    return {
      receive: aligner.offer,
      run() {
        if (!aligner.take()) return false;
        const { time } = aligner;
        host.effect({
          kind: 'record',
          step: host.step,
          stream: spec.stream,
          sourceTime: time,
          arrivalMs: host.arrivalMs(),
          body: body(time),
        });
        return true;
      },
      save: aligner.save,
      load: aligner.load,
    };
  },
};
