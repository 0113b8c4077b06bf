import { brokenFile } from './broken-file.ts';
import { cleanRows } from './clean-rows.ts';
import { midcSentinels, readMidc } from './read-midc.ts';
import { psm3Sentinels, readPsm3 } from './read-psm3.ts';
import { pvgisSentinels, readPvgis } from './read-pvgis.ts';
import { readSurfrad, surfradSentinels } from './read-surfrad.ts';
import { readTmy3, tmy3Sentinels } from './read-tmy3.ts';
import type { RawSeries, Series } from './series.ts';
import type { Tally } from './tally.ts';
import { createTally } from './tally.ts';

interface Format {
  readonly read: (lines: readonly string[], tally: Tally) => RawSeries;
  readonly sentinels: readonly number[];
}

/** The kinds of files that are read, each with its reader and its marks for "no value". */
export const formats = {
  tmy3: { read: readTmy3, sentinels: tmy3Sentinels },
  psm3: { read: readPsm3, sentinels: psm3Sentinels },
  pvgis: { read: readPvgis, sentinels: pvgisSentinels },
  surfrad: { read: readSurfrad, sentinels: surfradSentinels },
  midc: { read: readMidc, sentinels: midcSentinels },
} as const satisfies { readonly [name: string]: Format };

export type FormatName = keyof typeof formats;

/** Two years of minutes. */
const linesMax = 1_100_000;

/**
 * Reads a file of irradiance and weather and cleans it: UTC, stamps at the end of the interval, no sentinels, no negative light.
 * Says in `dropped` what it dropped or mended. A file that is not of this format throws EdgeError, naming the line.
 */
export function readSeries(text: string, format: FormatName): Series {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > linesMax)
    throw brokenFile(linesMax, `The file has ${lines.length} lines; at most ${linesMax} are read.`);
  const tally = createTally();
  const { read, sentinels }: Format = formats[format];
  const series = cleanRows(read(lines, tally), sentinels, tally);
  if (series.rows.length === 0) throw brokenFile(lines.length, 'The file has no rows of data.');
  return series;
}
