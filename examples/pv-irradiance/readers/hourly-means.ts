import type { Quantity, Row, Series } from './series.ts';
import { quantities } from './series.ts';

const hourMs = 3_600_000;

/** An hour counts when at least this share of its rows has a value. */
const shareMin = 0.75;

/**
 * The series as means over one hour, stamped at their end. Hours end on the clock hour where the rows do; where the rows are
 * values of moments (PSM3 every 30 minutes) an hour ends with the last row that begins in it, :45. Hourly series stay as they are.
 */
export function hourlyMeans(series: Series): Series {
  if (series.stepMs >= hourMs) return series;
  const phaseMs = series.rows.reduce((latest, row) => Math.max(latest, ((row.timeMs - 1) % hourMs) + 1), 0) % hourMs;
  const endOf = (row: Row) => Math.ceil((row.timeMs - phaseMs) / hourMs) * hourMs + phaseMs;
  const perHour = hourMs / series.stepMs;
  const rows: Row[] = [];
  let unusable = 0;
  for (let from = 0; from < series.rows.length; ) {
    const endMs = endOf(series.rows[from] as Row);
    let to = from;
    while (to < series.rows.length && endOf(series.rows[to] as Row) === endMs) to++;
    const mean = meanRow(series.rows.slice(from, to), endMs, perHour);
    if (mean.ghi === null) unusable++;
    rows.push(mean);
    from = to;
  }
  const why = `hour without ghi: fewer than ${shareMin * 100} % of its rows have a value`;
  return {
    site: series.site,
    stepMs: hourMs,
    rows,
    dropped: unusable === 0 ? series.dropped : [...series.dropped, { why, count: unusable }],
  };
}

function meanRow(rows: readonly Row[], timeMs: number, perHour: number): Row {
  const values = quantities.map((quantity) => {
    const known = rows.map((row) => row[quantity]).filter((value) => value !== null);
    const enough = known.length >= perHour * shareMin;
    return [quantity, enough ? known.reduce((sum, value) => sum + value, 0) / known.length : null];
  });
  return { timeMs, ...(Object.fromEntries(values) as { [Q in Quantity]: number | null }) };
}
