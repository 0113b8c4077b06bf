import { z } from 'zod';

const Sums = z.object({ absolute: z.number(), squared: z.number() });

/**
 * Running error of a forecast and of reference forecasts over the same pairs. Plain JSON, mergeable: the sketch of two
 * disjoint sets of pairs is the sum of their sketches.
 */
export const ErrorSketch = z.object({
  count: z.number().int().nonnegative().describe('Pairs'),
  absolute: z.number().describe('Σ |e|, in the unit of the forecast'),
  squared: z.number().describe('Σ e²'),
  references: z.record(z.string(), Sums),
});
export type ErrorSketch = z.infer<typeof ErrorSketch>;

/** An empty sketch over the named reference forecasts. */
export function emptyErrorSketch(references: readonly string[]): ErrorSketch {
  return {
    count: 0,
    absolute: 0,
    squared: 0,
    references: Object.fromEntries(references.map((name) => [name, { absolute: 0, squared: 0 }])),
  };
}

/** The sketch with one more pair: a prediction, the forecast of every reference, and the truth. */
export function scorePair(
  sketch: ErrorSketch,
  truth: number,
  predicted: number,
  references: Readonly<Record<string, number>>,
): ErrorSketch {
  const error = predicted - truth;
  return {
    count: sketch.count + 1,
    absolute: sketch.absolute + Math.abs(error),
    squared: sketch.squared + error * error,
    references: mapReferences(sketch, (sums, name) => {
      const referenceError = references[name]! - truth;
      return {
        absolute: sums.absolute + Math.abs(referenceError),
        squared: sums.squared + referenceError * referenceError,
      };
    }),
  };
}

/** The sketch of both sets of pairs. Both must have the same references. */
export function mergeErrorSketches(a: ErrorSketch, b: ErrorSketch): ErrorSketch {
  return {
    count: a.count + b.count,
    absolute: a.absolute + b.absolute,
    squared: a.squared + b.squared,
    references: mapReferences(a, (sums, name) => ({
      absolute: sums.absolute + b.references[name]!.absolute,
      squared: sums.squared + b.references[name]!.squared,
    })),
  };
}

export interface ErrorSummary {
  count: number;
  mae: number;
  rmse: number;
  references: Record<string, { mae: number; rmse: number; skill: number | null }>;
}

/**
 * Mean absolute error, root mean square error, and skill = 1 − RMSE / RMSE of the reference (Murphy, Monthly Weather
 * Review 116 (1988) 2417, with RMSE as usual in solar forecasting). Skill is null while the reference has no error.
 */
export function summariseErrors(sketch: ErrorSketch): ErrorSummary {
  const count = Math.max(1, sketch.count);
  const rmse = Math.sqrt(sketch.squared / count);
  return {
    count: sketch.count,
    mae: sketch.absolute / count,
    rmse,
    references: mapReferences(sketch, (sums) => {
      const reference = Math.sqrt(sums.squared / count);
      return { mae: sums.absolute / count, rmse: reference, skill: reference === 0 ? null : 1 - rmse / reference };
    }),
  };
}

function mapReferences<T>(
  sketch: ErrorSketch,
  change: (sums: z.infer<typeof Sums>, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(sketch.references).map(([name, sums]) => [name, change(sums, name)]));
}
