import type { Series } from './series.ts';
import { quantities } from './series.ts';

/** A series as CSV: one comment line with the site as JSON, a header, then rows; time is the interval's end, ISO 8601 in UTC; null is empty. */
export function seriesCsv(series: Series): string {
  const head = [`# ${JSON.stringify({ ...series.site, stepMs: series.stepMs })}`, ['time', ...quantities].join(',')];
  const rows = series.rows.map((row) =>
    [new Date(row.timeMs).toISOString(), ...quantities.map((quantity) => row[quantity] ?? '')].join(','),
  );
  return `${[...head, ...rows].join('\n')}\n`;
}
