import { alignExpressions } from '../aligned-expressions.ts';
import { commonInterval, type PortType } from '../port-type.ts';
import type { StepDefinition } from '../step-definition.ts';

/** Named CEL expressions, evaluated when all series that they read have a value of the same source time. */
export const compute: StepDefinition<'compute'> = {
  kind: 'compute',
  reads: (spec) => ({ series: [], expressions: Object.values(spec) }),

  check(spec, scope) {
    const outputs: Record<string, PortType> = {};
    for (const [name, text] of Object.entries(spec)) {
      const expression = scope.expression(text, name);
      if (expression?.refs.length === 0)
        scope.problem(
          name,
          `"${text}" reads no series, so it would never be computed`,
          'Use the constant where it is needed.',
        );
      const everyMs = commonInterval((expression?.refs ?? []).map((ref) => scope.typeOf(ref) ?? { kind: 'any' }));
      outputs[name] = expression === undefined ? { kind: 'any' } : { ...expression.type, everyMs };
    }
    return outputs;
  },

  compile(spec, host) {
    const outputs = Object.keys(spec).map((name) => host.output(name));
    const { aligner, expressions } = alignExpressions(host, [], Object.values(spec));
    return {
      receive: aligner.offer,
      run() {
        if (!aligner.take()) return false;
        for (let index = 0; index < expressions.length; index++) {
          const expression = expressions[index]!;
          const value = expression.value();
          if (value === null) host.emit(outputs[index]!, aligner.time, 0, expression.because);
          else host.emit(outputs[index]!, aligner.time, value);
        }
        return true;
      },
      save: aligner.save,
      load: aligner.load,
    };
  },
};
