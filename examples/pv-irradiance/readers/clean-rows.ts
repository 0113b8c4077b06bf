import type { Quantity, RawRow, RawSeries, Row, Series } from './series.ts';
import { quantities } from './series.ts';
import type { Tally } from './tally.ts';

/** Offsets that a thermopile shows at night reach about this far below zero; what is lower is a fault (W/m²). */
const nightOffsetFloor = -25;

const possible: { readonly [Q in Quantity]: readonly [number, number] } = {
  ghi: [nightOffsetFloor, 2000],
  dni: [nightOffsetFloor, 1500],
  dhi: [nightOffsetFloor, 1500],
  temperatureC: [-80, 60],
  humidity: [0, 110],
  windSpeed: [0, 80],
  pressureHpa: [400, 1100],
};

/** Brings raw rows to the promise of Series: no sentinels, nothing impossible, no negative light, rising time; counts each mend. */
export function cleanRows(raw: RawSeries, sentinels: readonly number[], tally: Tally): Series {
  const rows: Row[] = [];
  for (const row of raw.rows) {
    const before = rows.at(-1);
    if (before !== undefined && row.timeMs <= before.timeMs) {
      tally.count('row dropped: its time is not after the row before', row.line);
      continue;
    }
    if (before !== undefined && row.timeMs > before.timeMs + raw.stepMs) {
      tally.count(
        'interval missing from the file',
        row.line,
        Math.round((row.timeMs - before.timeMs) / raw.stepMs) - 1,
      );
    }
    rows.push(cleanRow(row, sentinels, tally));
  }
  return { site: raw.site, stepMs: raw.stepMs, rows, dropped: tally.entries() };
}

function cleanRow(row: RawRow, sentinels: readonly number[], tally: Tally): Row {
  const values = quantities.map((quantity) => [quantity, cleanValue(quantity, row, sentinels, tally)]);
  return { timeMs: row.timeMs, ...(Object.fromEntries(values) as { [Q in Quantity]: number | null }) };
}

function cleanValue(quantity: Quantity, row: RawRow, sentinels: readonly number[], tally: Tally): number | null {
  const value = row[quantity];
  if (Number.isNaN(value)) return null;
  if (sentinels.includes(value)) {
    tally.count(`${quantity} dropped: the file marks it missing with ${value}`, row.line);
    return null;
  }
  const [low, high] = possible[quantity];
  if (value < low || value > high) {
    tally.count(`${quantity} dropped: outside ${low} to ${high}`, row.line);
    return null;
  }
  if (value < 0 && low === nightOffsetFloor) {
    tally.count(`${quantity} raised to 0: a negative offset`, row.line);
    return 0;
  }
  if (quantity === 'humidity' && value > 100) {
    tally.count('humidity lowered to 100', row.line);
    return 100;
  }
  // PVGIS writes -0.0, which would travel on as a negative zero.
  return value === 0 ? 0 : value;
}
