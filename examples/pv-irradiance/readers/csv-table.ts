import { brokenFile } from './broken-file.ts';

/** Splits one line of CSV; a field may stand in double quotes. */
export function splitCsv(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}

/** A line of a table: fields by the name in the header. Missing columns read as NaN, text where a number belongs throws. */
export interface TableRow {
  readonly line: number;
  text(column: string): string;
  number(column: string | undefined): number;
}

/** Reads a table whose header is line headerLine (1 is the first) up to an empty line or the end; rows must be as wide as the header. */
export function* tableRows(
  lines: readonly string[],
  headerLine: number,
  required: readonly string[],
): Generator<TableRow> {
  const header = splitCsv(lines[headerLine - 1] ?? '').map((name) => name.trim());
  const at = new Map(header.map((name, column) => [name, column]));
  for (const name of required) if (!at.has(name)) throw brokenFile(headerLine, `The header has no column "${name}".`);
  for (let line = headerLine + 1; line <= lines.length; line++) {
    const text = lines[line - 1] as string;
    if (text.trim() === '') return;
    const fields = splitCsv(text);
    if (fields.length < header.length) {
      throw brokenFile(line, `The row has ${fields.length} fields where the header has ${header.length}.`);
    }
    const field = (column: string) => fields[at.get(column) ?? -1] ?? '';
    yield {
      line,
      text: field,
      number: (column) => (column === undefined ? Number.NaN : parseNumber(field(column), line, column)),
    };
  }
}

/** The number in a field, NaN when it is empty; anything else than a number throws, naming line and column. */
export function parseNumber(field: string, line: number, column: string): number {
  const text = field.trim();
  if (text === '') return Number.NaN;
  const value = Number(text);
  if (!Number.isFinite(value)) throw brokenFile(line, `"${text}" in column "${column}" is not a number.`);
  return value;
}
