import { brokenFile } from './broken-file.ts';
import type { Tally } from './tally.ts';

/**
 * The year that typical-year files are stamped with: their months come from different years, and an equipment's clock runs on.
 * Not a leap year, so that 28 February is followed by 1 March as in the files; the same as the year of the PSM3 example.
 */
export const typicalYear = 2017;

/** The start of a day in the typical year, in milliseconds, as if its clock were UTC; null for 29 February, which that year lacks. */
export function typicalDayMs(month: number, day: number, line: number): number | null {
  if (month === 2 && day === 29) return null;
  return calendarDayMs(typicalYear, month, day, line);
}

/** The start of a calendar day in milliseconds, as if its clock were UTC; a day that does not exist throws. */
export function calendarDayMs(year: number, month: number, day: number, line: number): number {
  const atMs = Date.UTC(year, month - 1, day);
  const date = new Date(atMs);
  if (!(date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day)) {
    throw brokenFile(line, `${year}-${month}-${day} is not a date.`);
  }
  return atMs;
}

/** Says once which years were joined to one. */
export function countRestamped(years: ReadonlySet<number>, rows: number, firstLine: number, tally: Tally): void {
  if (years.size === 1 && years.has(typicalYear)) return;
  const sorted = [...years].sort((a, b) => a - b);
  const span =
    sorted.length === 1 ? `${sorted[0]}` : `${sorted.length} years between ${sorted[0]} and ${sorted.at(-1)}`;
  tally.count(`months of ${span} stamped as one continuous ${typicalYear}`, firstLine, rows);
}
