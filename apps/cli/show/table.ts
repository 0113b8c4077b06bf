import { stripVTControlCharacters } from 'node:util';

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => string | number | null | undefined;
  /** Numbers stand right. */
  readonly right?: boolean;
}

/** Rows as lines of aligned columns; the last column is cut at `columns` when people look, so that no line wraps. */
export function tableText<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  widthMax = Number.POSITIVE_INFINITY,
): string {
  const cells = [
    columns.map((column) => column.head),
    ...rows.map((row) => columns.map((column) => oneLine(column.cell(row) ?? '-'))),
  ];
  const widths = columns.map((_column, at) => Math.max(...cells.map((line) => widthOf(line[at] ?? ''))));
  return cells
    .map((line) => {
      const text = line
        .map((cell, at) => {
          const space = ' '.repeat((widths[at] ?? 0) - widthOf(cell));
          return columns[at]?.right ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd();
      return `${cutTo(text, widthMax)}\n`;
    })
    .join('');
}

/** Width in a terminal: escape sequences take none. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** At most `width` characters, the last an ellipsis when something was left out; escape sequences stay whole. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let left = Math.max(0, width - 1);
  let cut = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const part of text.matchAll(/\u001b\[[0-9;]*m|./gsu)) {
    const isEscape = part[0].startsWith('\u001b');
    if (!isEscape && left === 0) continue;
    if (!isEscape) left--;
    cut += part[0];
  }
  const end = cut.lastIndexOf('\u001b');
  return end === -1 ? `${cut}…` : `${cut.slice(0, end)}…${cut.slice(end)}`;
}

function oneLine(value: string | number): string {
  return String(value).replaceAll(/\s*\n\s*/g, ' ');
}
