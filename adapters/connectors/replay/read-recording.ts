import { EdgeError } from '../../../contracts/errors.ts';
import type { Scalar } from '../../../contracts/names.ts';

/** A recording has at most so many rows. */
const ROWS_MAX = 1_000_000;

/** How the time of a row is written. */
export type RecordedTime = 'iso' | 'epoch-ms' | 'epoch-s';

/** One row: its time in ms since 1970 and what it says, by field. */
export interface RecordedRow {
  readonly timeMs: number;
  readonly fields: ReadonlyMap<string, Scalar>;
}

/**
 * Rows of a CSV file with a header (RFC 4180) or of JSON lines, in rising time. An empty cell and a null are no value.
 * Throws EdgeError `bad-request` with the line of what cannot be read.
 */
export function readRecording(
  text: string,
  format: 'csv' | 'jsonl',
  time: { field: string; format: RecordedTime },
): RecordedRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const rows: RecordedRow[] = [];
  const take = (line: number, fields: Map<string, Scalar>) => {
    const timeMs = timeOf(fields.get(time.field), time.format);
    if (timeMs === undefined) throw broken(line, `no time in the field "${time.field}" that is ${time.format}`);
    if (timeMs < (rows.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY))
      throw broken(line, 'its time is before that of the row above it');
    if (rows.length >= ROWS_MAX) throw broken(line, `there are more than ${ROWS_MAX} rows`);
    rows.push({ timeMs, fields });
  };
  const header = format === 'csv' ? cellsOf(lines[0] ?? '', 1) : [];
  lines.forEach((line, index) => {
    if (line.trim() === '' || (format === 'csv' && index === 0)) return;
    take(
      index + 1,
      format === 'csv' ? csvFields(header, cellsOf(line, index + 1), index + 1) : jsonFields(line, index + 1),
    );
  });
  if (rows.length === 0) throw broken(lines.length, 'there are no rows');
  return rows;
}

function csvFields(header: readonly string[], cells: readonly string[], line: number): Map<string, Scalar> {
  if (cells.length !== header.length) throw broken(line, `${cells.length} cells where the header has ${header.length}`);
  return new Map(header.flatMap((name, at) => (cells[at] === '' ? [] : [[name, cells[at] as string] as const])));
}

function jsonFields(line: string, at: number): Map<string, Scalar> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw broken(at, 'it is not JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw broken(at, 'it is not a JSON object');
  return new Map(Object.entries(value).filter((entry): entry is [string, Scalar] => isScalar(entry[1])));
}

/** Cells of one line; a quoted cell may contain commas and doubled quotes, not line breaks. */
function cellsOf(line: string, at: number): string[] {
  const cells: string[] = [];
  for (let rest: string | undefined = line; rest !== undefined; ) {
    const match: RegExpExecArray | null = /^(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/.exec(rest);
    if (match === null) throw broken(at, 'a quote is not closed');
    cells.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim());
    rest = match[3] === ',' ? rest.slice(match[0].length) : undefined;
  }
  return cells;
}

function timeOf(value: Scalar | undefined, format: RecordedTime): number | undefined {
  if (format === 'iso') {
    const zoned = typeof value === 'string' && /(Z|[+-]\d{2}:\d{2})$/.test(value);
    const ms = zoned ? Date.parse(value) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
  }
  const number = value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? Math.round(format === 'epoch-s' ? number * 1000 : number) : undefined;
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function broken(line: number, message: string): EdgeError {
  return new EdgeError('bad-request', `the recording cannot be read: ${message} (line ${line})`, {
    where: `line ${line}`,
  });
}
