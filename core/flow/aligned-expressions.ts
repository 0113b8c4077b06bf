import { type Aligner, createAligner } from './aligner.ts';
import type { Value } from './port-type.ts';
import type { StepHost } from './step-definition.ts';

/** An expression bound to an aligner: its value for the matched points, or null with the reason in `because`. */
export interface AlignedExpression {
  value(): Value | null;
  because: string;
}

/** Series and expressions of one step, evaluated together for each source time that all of them have. */
export interface AlignedExpressions {
  aligner: Aligner;
  /** In the order of the texts. Constants (no series) never fire by themselves. */
  expressions: readonly AlignedExpression[];
  /** Slot of a series named in `series`. */
  slotOf(ref: string): number;
}

/** Subscribes to the named series and to what the expressions read, each once. */
export function alignExpressions(
  host: StepHost,
  series: readonly string[],
  texts: readonly string[],
): AlignedExpressions {
  const compiled = texts.map((text) => host.expression(text));
  const refs = [...new Set([...series, ...compiled.flatMap((expression) => expression.refs)])];
  const slots = new Map(refs.map((ref) => [ref, host.slot(ref)]));
  const aligner = createAligner(refs.length, host.count);
  const slotOf = (ref: string) => slots.get(ref)!;
  const expressions = compiled.map((expression) => {
    const bound = expression.bind(slotOf);
    const reads = expression.refs.map(slotOf);
    const aligned: AlignedExpression = {
      because: '',
      value() {
        for (const slot of reads) {
          const because = aligner.becauses[slot];
          if (because !== undefined) {
            aligned.because = because;
            return null;
          }
        }
        const value = bound.evaluate(aligner.time, aligner.values);
        if (value === null) aligned.because = bound.because;
        return value;
      },
    };
    return aligned;
  });
  return { aligner, expressions, slotOf };
}
