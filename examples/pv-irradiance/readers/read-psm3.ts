import { brokenFile } from './broken-file.ts';
import { parseNumber, splitCsv, tableRows } from './csv-table.ts';
import type { RawRow, RawSeries } from './series.ts';
import type { Tally } from './tally.ts';
import { calendarDayMs } from './typical-year.ts';

const minuteMs = 60_000;

export const psm3Sentinels = [-9999, -999] as const;

/**
 * Reads NSRDB PSM3: values of the moment of the stamp, local standard time, every 5 to 60 minutes. A value stands for the interval
 * around its stamp, so the row ends half a step after it.
 */
export function readPsm3(lines: readonly string[], tally: Tally): RawSeries {
  const names = splitCsv(lines[0] ?? '');
  const values = splitCsv(lines[1] ?? '');
  const head = (name: string) => {
    const value = parseNumber(values[names.indexOf(name)] ?? '', 2, name);
    if (Number.isNaN(value)) throw brokenFile(2, `The head of the file has no "${name}".`);
    return value;
  };
  const utcOffsetHours = head('Time Zone');
  const stamped: RawRow[] = [];
  for (const row of tableRows(lines, 3, ['Year', 'Month', 'Day', 'Hour', 'Minute', 'GHI'])) {
    const [year, month, day, hour, minute] = ['Year', 'Month', 'Day', 'Hour', 'Minute'].map((name) =>
      row.number(name),
    ) as [number, number, number, number, number];
    stamped.push({
      line: row.line,
      timeMs: calendarDayMs(year, month, day, row.line) + ((hour - utcOffsetHours) * 60 + minute) * minuteMs,
      ghi: row.number('GHI'),
      dni: row.number('DNI'),
      dhi: row.number('DHI'),
      temperatureC: row.number('Temperature'),
      humidity: row.number('Relative Humidity'),
      windSpeed: row.number('Wind Speed'),
      pressureHpa: row.number('Pressure'),
    });
  }
  const stepMs = (stamped[1]?.timeMs ?? Number.NaN) - (stamped[0]?.timeMs ?? Number.NaN);
  if (!(stepMs > 0 && (60 * minuteMs) % stepMs === 0))
    throw brokenFile(5, 'The first two rows are not a whole part of an hour apart.');
  const rows = stamped.map((row) => ({ ...row, timeMs: row.timeMs + stepMs / 2 }));
  tally.count(`stamp moved to the end of the interval around it (+${stepMs / 2 / minuteMs} min)`, 4, rows.length);
  const site = {
    name: `${values[names.indexOf('Source')] ?? 'PSM3'} ${values[names.indexOf('Location ID')] ?? ''}`.trim(),
    latitude: head('Latitude'),
    longitude: head('Longitude'),
    altitudeM: head('Elevation'),
    utcOffsetHours,
  };
  return { site, stepMs, rows };
}
