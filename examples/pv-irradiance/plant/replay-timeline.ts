import { EdgeError } from '../../../contracts/errors.ts';
import type { Row, Series } from '../readers/series.ts';

/** A stretch of hours that may be replayed, in ms UTC; `from` is inside, `to` is not. */
export interface Block {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Which row is the current one, as a function of wall time alone: a plant that was killed comes back where it should be. */
export interface Timeline {
  readonly rows: readonly Row[];
  /** Rows that lie outside the blocks and are not replayed. */
  readonly leftOut: number;
  /**
   * Position in the endless replay: 0 is the first row, `rows.length` the first row of the second time round. Never
   * below 0.
   */
  positionAt(wallMs: number): number;
  /** Wall time at which a position begins. */
  beginsAt(position: number): number;
  /** The row of a position, and its time: each time round four years later, so that time never goes back. */
  at(position: number): { readonly row: Row; readonly timeMs: number };
}

export interface TimelineOptions {
  readonly blocks: readonly Block[];
  /** Data time to begin with; the first row that may be replayed when left out. */
  readonly startMs?: number | undefined;
  /** Wall time of the first row. */
  readonly anchorMs: number;
  /** Wall time of one hour of data. */
  readonly paceMs: number;
}

const hourMs = 3_600_000;
/** Four years with their leap day: the sun stands where it stood. */
const roundMs = 1461 * 24 * hourMs;

/**
 * Plays the rows of `series` that lie in the blocks; a series that no block touches (a year that nobody trained on) is
 * played whole. Gaps in a block last as long as they did, gaps between blocks one step.
 * Throws EdgeError `bad-request` when `start` is after the last row.
 */
export function createTimeline(series: Series, options: TimelineOptions): Timeline {
  const held = series.rows.filter((row) => options.blocks.some((block) => inBlock(row, block)));
  const usable = held.length > 0 ? held : series.rows;
  const startMs = options.startMs ?? Number.NEGATIVE_INFINITY;
  const first = usable.findIndex((row) => row.timeMs >= startMs);
  if (first < 0) {
    const last = new Date(usable.at(-1)?.timeMs ?? 0).toISOString();
    throw new EdgeError('bad-request', `there is nothing to replay from --start on: the last row is of ${last}`, {
      where: '--start',
    });
  }
  const rows = [...usable.slice(first), ...usable.slice(0, first)];
  const beforeFirst = usable.length - first;
  const offsets = offsetsOf(rows, series.stepMs, options.blocks);
  const lengthMs = offsets[rows.length] as number;
  const scale = options.paceMs / hourMs;

  const positionAt = (wallMs: number) => {
    const dataMs = Math.max(0, (wallMs - options.anchorMs) / scale);
    const round = Math.floor(dataMs / lengthMs);
    return round * rows.length + lastAtOrBefore(offsets, dataMs - round * lengthMs, rows.length);
  };

  return {
    rows,
    leftOut: series.rows.length - rows.length,
    positionAt,
    beginsAt(position) {
      const round = Math.floor(position / rows.length);
      return options.anchorMs + (round * lengthMs + (offsets[position % rows.length] as number)) * scale;
    },
    at(position) {
      const index = position % rows.length;
      const row = rows[index] as Row;
      // Rows before the start come after the last one: they belong to the next time round.
      const round = Math.floor(position / rows.length) + (index >= beforeFirst ? 1 : 0);
      return { row, timeMs: row.timeMs + round * roundMs };
    },
  };
}

function inBlock(row: Row, block: Block): boolean {
  return row.timeMs >= block.fromMs && row.timeMs < block.toMs;
}

/** Data time since the first row at which each row becomes the current one; the last is the length of it all. */
function offsetsOf(rows: readonly Row[], stepMs: number, blocks: readonly Block[]): Float64Array {
  const offsets = new Float64Array(rows.length + 1);
  for (let at = 1; at < rows.length; at++) {
    const [before, row] = [rows[at - 1] as Row, rows[at] as Row];
    const together = blocks.some((block) => inBlock(before, block) && inBlock(row, block));
    const untouched = !blocks.some((block) => inBlock(row, block));
    const lasts = (together || untouched) && row.timeMs > before.timeMs ? row.timeMs - before.timeMs : stepMs;
    offsets[at] = (offsets[at - 1] as number) + lasts;
  }
  offsets[rows.length] = (offsets[rows.length - 1] as number) + stepMs;
  return offsets;
}

function lastAtOrBefore(offsets: Float64Array, dataMs: number, count: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] as number) <= dataMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
