import { brokenFile } from './broken-file.ts';
import { parseNumber, tableRows } from './csv-table.ts';
import type { RawRow, RawSeries } from './series.ts';
import type { Tally } from './tally.ts';
import { countRestamped, typicalDayMs } from './typical-year.ts';

const hourMs = 3_600_000;

export const pvgisSentinels = [-9999, 9999] as const;

/**
 * Reads a PVGIS typical year: hourly, UTC. Its irradiance is that of the satellite's picture, "Irradiance Time Offset" hours after
 * the stamp, not a mean: it stands for the hour around that moment, so the row ends half an hour after it.
 */
export function readPvgis(lines: readonly string[], tally: Tally): RawSeries {
  const headerLine = lines.findIndex((line) => line.startsWith('time(UTC)')) + 1;
  if (headerLine === 0) throw brokenFile(1, 'A PVGIS file has a header line that begins with "time(UTC)".');
  const head = lines.slice(0, headerLine - 1);
  const latitude = headNumber(head, 'Latitude');
  const longitude = headNumber(head, 'Longitude');
  const altitudeM = headNumber(head, 'Elevation');
  const offsetHours = head.some((line) => line.startsWith('Irradiance Time Offset'))
    ? headNumber(head, 'Irradiance Time Offset')
    : 0;
  const rows: RawRow[] = [];
  const years = new Set<number>();
  for (const row of tableRows(lines, headerLine, ['time(UTC)', 'G(h)'])) {
    const stamp = /^(\d{4})(\d\d)(\d\d):(\d\d)(\d\d)$/.exec(row.text('time(UTC)'));
    if (stamp === null) throw brokenFile(row.line, `"${row.text('time(UTC)')}" is not YYYYMMDD:HHMM.`);
    const [year, month, day, hour, minute] = stamp.slice(1).map(Number) as [number, number, number, number, number];
    const dayMs = typicalDayMs(month, day, row.line);
    if (dayMs === null) {
      tally.count('row dropped: 29 February', row.line);
      continue;
    }
    years.add(year);
    rows.push({
      line: row.line,
      timeMs: dayMs + Math.round((hour + minute / 60 + offsetHours + 0.5) * 3600) * 1000,
      ghi: row.number('G(h)'),
      dni: row.number('Gb(n)'),
      dhi: row.number('Gd(h)'),
      temperatureC: row.number('T2m'),
      humidity: row.number('RH'),
      windSpeed: row.number('WS10m'),
      pressureHpa: row.number('SP') / 100,
    });
  }
  countRestamped(years, rows.length, headerLine + 1, tally);
  tally.count(
    `stamp moved to the end of the hour around the picture (+${(offsetHours + 0.5).toFixed(4)} h)`,
    headerLine + 1,
    rows.length,
  );
  return {
    site: { name: `PVGIS ${latitude} N ${longitude} E`, latitude, longitude, altitudeM, utcOffsetHours: 0 },
    stepMs: hourMs,
    rows,
  };
}

function headNumber(head: readonly string[], name: string): number {
  const at = head.findIndex((line) => line.startsWith(name));
  if (at < 0) throw brokenFile(1, `The head of the file has no line "${name}".`);
  const value = parseNumber((head[at] as string).split(':')[1] ?? '', at + 1, name);
  if (Number.isNaN(value)) throw brokenFile(at + 1, `"${name}" has no value.`);
  return value;
}
