import { brokenFile } from './broken-file.ts';
import type { TableRow } from './csv-table.ts';
import { splitCsv, tableRows } from './csv-table.ts';
import type { Quantity, RawRow, RawSeries } from './series.ts';
import { quantities } from './series.ts';
import { calendarDayMs } from './typical-year.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

export const midcSentinels = [-7999, -6999, -9999, -99999] as const;

/** The clocks that MIDC stations name in their header: standard time all year (hours from UTC). */
const zones: { readonly [name: string]: number } = {
  UTC: 0,
  GMT: 0,
  AST: -4,
  EST: -5,
  CST: -6,
  MST: -7,
  PST: -8,
  AKST: -9,
  HST: -10,
};

/** Stations name their columns as they like: the first column that fits is taken, the earlier pattern first. */
const patterns: { readonly [Q in Quantity]: readonly RegExp[] } = {
  ghi: [/^Global (?!.*tracker).*\[W\/m\^2\]$/, /^Global .*\[W\/m\^2\]$/],
  dni: [/^Direct .*\[W\/m\^2\]$/],
  dhi: [/^Diffuse .*\[W\/m\^2\]$/],
  temperatureC: [/^(Air |Deck Dry Bulb |Tower Dry Bulb )?Temp(erature)?( @ \d+m)? \[deg C\]$/],
  humidity: [/^(Deck |Tower )?Rel(ative)? Hum(idity)?( @ \d+m)? \[%\]$/],
  windSpeed: [/^(Avg )?Wind Speed.*\[m\/s\]$/],
  pressureHpa: [/^Station Pressure \[mBar\]$/],
};

/**
 * Reads one-minute files of NREL's MIDC, both the daily and the raw kind. Their loggers stamp the end of the minute, in standard
 * time named by the header. The files do not say where the station is.
 */
export function readMidc(lines: readonly string[]): RawSeries {
  const header = splitCsv(lines[0] ?? '').map((name) => name.trim());
  const zone = header.find((name) => Object.hasOwn(zones, name));
  const raw = header.includes('DOY');
  const dateColumn = raw ? 'DOY' : 'DATE (MM/DD/YYYY)';
  if (zone === undefined)
    throw brokenFile(
      1,
      `The header of a MIDC file has a column for the time: one of ${Object.keys(zones).join(', ')}.`,
    );
  const columnOf = Object.fromEntries(
    quantities.map((quantity) => [
      quantity,
      patterns[quantity].map((pattern) => header.find((name) => pattern.test(name))).find((name) => name !== undefined),
    ]),
  ) as { [Q in Quantity]: string | undefined };
  if (columnOf.ghi === undefined) throw brokenFile(1, 'The header of the MIDC file has no column "Global … [W/m^2]".');
  const rows: RawRow[] = [];
  for (const row of tableRows(lines, 1, [dateColumn, zone])) {
    const localMs = raw ? rawStampMs(row, zone) : dailyStampMs(row, zone);
    const values = quantities.map((quantity) => [quantity, row.number(columnOf[quantity])]);
    rows.push({
      line: row.line,
      timeMs: localMs - (zones[zone] as number) * 60 * minuteMs,
      ...(Object.fromEntries(values) as { [Q in Quantity]: number }),
    });
  }
  const site = {
    name: 'MIDC',
    latitude: null,
    longitude: null,
    altitudeM: null,
    utcOffsetHours: zones[zone] as number,
  };
  return { site, stepMs: minuteMs, rows };
}

function rawStampMs(row: TableRow, zone: string): number {
  const clock = row.number(zone);
  const hours = Math.floor(clock / 100);
  const day = row.number('DOY');
  if (!(day >= 1 && day <= 366 && hours <= 24 && clock % 100 < 60))
    throw brokenFile(row.line, 'DOY or clock (HMM) is out of range.');
  return (
    calendarDayMs(row.number('Year'), 1, 1, row.line) + (day - 1) * dayMs + (hours * 60 + (clock % 100)) * minuteMs
  );
}

function dailyStampMs(row: TableRow, zone: string): number {
  const date = /^(\d\d?)\/(\d\d?)\/(\d{4})$/.exec(row.text('DATE (MM/DD/YYYY)'));
  const time = /^(\d\d):(\d\d)$/.exec(row.text(zone));
  if (date === null || time === null || Number(time[1]) > 24)
    throw brokenFile(row.line, 'Date or time is not MM/DD/YYYY,HH:MM.');
  const startMs = calendarDayMs(Number(date[3]), Number(date[1]), Number(date[2]), row.line);
  return startMs + (Number(time[1]) * 60 + Number(time[2])) * minuteMs;
}
