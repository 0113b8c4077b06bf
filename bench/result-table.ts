import type { BenchResult } from './bench-result.ts';

/** Results for people: one line for each budget, its comparator and figures below. */
export function resultTable(results: readonly BenchResult[]): string {
  const lines = results.flatMap((result) => {
    const { name, what, comparator, unit, runs, median, min, max, details, passed } = result;
    const bound = 'atLeast' in result.budget ? `≥ ${result.budget.atLeast}` : `≤ ${result.budget.atMost}`;
    const spread = `${figure(min)} to ${figure(max)} in ${runs.length} rounds`;
    return [
      `${passed ? 'ok  ' : 'MISS'} ${name}: ${figure(median)} ${unit} (budget ${bound}; ${spread})`,
      `     ${what} against ${comparator}`,
      ...Object.entries(details).map(([key, value]) => `     ${key} ${figure(value)}`),
      '',
    ];
  });
  return [...lines, results[0]?.machine ?? 'nothing was measured', ''].join('\n');
}

/** At least three significant digits. */
function figure(value: number): string {
  return Number.isInteger(value) || Math.abs(value) >= 1000
    ? String(Math.round(value))
    : String(Number(value.toPrecision(3)));
}
