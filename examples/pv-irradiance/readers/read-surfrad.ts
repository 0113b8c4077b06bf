import { brokenFile } from './broken-file.ts';
import { parseNumber } from './csv-table.ts';
import type { Quantity, RawRow, RawSeries } from './series.ts';
import type { Tally } from './tally.ts';
import { calendarDayMs } from './typical-year.ts';

const minuteMs = 60_000;
const fieldCount = 48;

export const surfradSentinels = [-9999.9, -999.9] as const;

/** Columns (0 is the first) of the SURFRAD daily files; each value is followed by its quality flag. */
const columns: { readonly [Q in Quantity]: number } = {
  ghi: 8,
  dni: 12,
  dhi: 14,
  temperatureC: 38,
  humidity: 40,
  windSpeed: 42,
  pressureHpa: 46,
};

/** Reads a SURFRAD day: means over one minute (three before 2009), UTC, stamped at their end; longitude is counted west in the file. */
export function readSurfrad(lines: readonly string[], tally: Tally): RawSeries {
  const place = (lines[1] ?? '').trim().split(/\s+/);
  const [latitude, longitudeWest, altitudeM] = place.slice(0, 3).map((field) => parseNumber(field, 2, 'site')) as [
    number,
    number,
    number,
  ];
  if (place.length < 3) throw brokenFile(2, 'A SURFRAD file has latitude, longitude and elevation on its second line.');
  const rows: RawRow[] = [];
  for (let line = 3; line <= lines.length; line++) {
    const text = lines[line - 1] as string;
    if (text.trim() !== '') rows.push(readLine(text, line, tally));
  }
  const stepMs = (rows[1]?.timeMs ?? Number.NaN) - (rows[0]?.timeMs ?? Number.NaN);
  if (!(stepMs === minuteMs || stepMs === 3 * minuteMs))
    throw brokenFile(4, 'The first two rows are not one or three minutes apart.');
  const name = (lines[0] as string).trim();
  return { site: { name, latitude, longitude: -longitudeWest, altitudeM, utcOffsetHours: 0 }, stepMs, rows };
}

function readLine(text: string, line: number, tally: Tally): RawRow {
  const fields = text.trim().split(/\s+/);
  if (fields.length < fieldCount)
    throw brokenFile(line, `The row has ${fields.length} fields where SURFRAD has ${fieldCount}.`);
  const at = (column: number) => parseNumber(fields[column] as string, line, `${column + 1}`);
  const value = (quantity: Quantity) => {
    const measured = at(columns[quantity]);
    const flag = at(columns[quantity] + 1);
    if (flag === 2) tally.count(`${quantity} kept although the station marks it doubtful (flag 2)`, line);
    if (flag !== 1 || (surfradSentinels as readonly number[]).includes(measured)) return measured;
    tally.count(`${quantity} dropped: the station marks it bad (flag 1)`, line);
    return Number.NaN;
  };
  return {
    line,
    timeMs: calendarDayMs(at(0), at(2), at(3), line) + (at(4) * 60 + at(5)) * minuteMs,
    ghi: value('ghi'),
    dni: value('dni'),
    dhi: value('dhi'),
    temperatureC: value('temperatureC'),
    humidity: value('humidity'),
    windSpeed: value('windSpeed'),
    pressureHpa: value('pressureHpa'),
  };
}
