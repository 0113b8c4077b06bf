import { brokenFile } from './broken-file.ts';
import { parseNumber, splitCsv, tableRows } from './csv-table.ts';
import type { RawRow, RawSeries } from './series.ts';
import type { Tally } from './tally.ts';
import { countRestamped, typicalDayMs } from './typical-year.ts';

const hourMs = 3_600_000;

/** Values that TMY2 and TMY3 files write where they have none (Wilcox and Marion 2008, section 3). */
export const tmy3Sentinels = [-9900, 9999] as const;

/** Reads NREL TMY3: hourly means, stamped in local standard time at the hour's end, "24:00" being the day's last. */
export function readTmy3(lines: readonly string[], tally: Tally): RawSeries {
  const head = splitCsv(lines[0] ?? '');
  if (head.length < 7)
    throw brokenFile(1, 'A TMY3 file begins with code, name, state, UTC offset, latitude, longitude, elevation.');
  const [utcOffsetHours, latitude, longitude, altitudeM] = head
    .slice(3, 7)
    .map((field, at) => parseNumber(field, 1, `field ${at + 4}`)) as [number, number, number, number];
  const rows: RawRow[] = [];
  const years = new Set<number>();
  for (const row of tableRows(lines, 2, ['Date (MM/DD/YYYY)', 'Time (HH:MM)', 'GHI (W/m^2)'])) {
    const date = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(row.text('Date (MM/DD/YYYY)'));
    const time = /^(\d\d):(\d\d)$/.exec(row.text('Time (HH:MM)'));
    if (date === null || time === null || Number(time[1]) > 24)
      throw brokenFile(row.line, 'Date or time is not MM/DD/YYYY,HH:MM.');
    const dayMs = typicalDayMs(Number(date[1]), Number(date[2]), row.line);
    if (dayMs === null) {
      tally.count('row dropped: 29 February', row.line);
      continue;
    }
    years.add(Number(date[3]));
    rows.push({
      line: row.line,
      timeMs: dayMs + (Number(time[1]) + Number(time[2]) / 60 - utcOffsetHours) * hourMs,
      ghi: row.number('GHI (W/m^2)'),
      dni: row.number('DNI (W/m^2)'),
      dhi: row.number('DHI (W/m^2)'),
      temperatureC: row.number('Dry-bulb (C)'),
      humidity: row.number('RHum (%)'),
      windSpeed: row.number('Wspd (m/s)'),
      pressureHpa: row.number('Pressure (mbar)'),
    });
  }
  countRestamped(years, rows.length, 3, tally);
  return { site: { name: head[1] as string, latitude, longitude, altitudeM, utcOffsetHours }, stepMs: hourMs, rows };
}
