import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EdgeError, errorTable } from '../../../contracts/errors.ts';
import { hourlyMeans } from './hourly-means.ts';
import type { FormatName } from './read-series.ts';
import { formats, readSeries } from './read-series.ts';
import { seriesCsv } from './series-csv.ts';

const usage = `export-csv --data FILE --format ${Object.keys(formats).join('|')} [--step hour|file]`;

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

function main(args: readonly string[]): number {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, format: { type: 'string' }, step: { type: 'string', default: 'hour' } },
    });
    if (
      values.data === undefined ||
      values.format === undefined ||
      !isFormat(values.format) ||
      !/^(hour|file)$/.test(values.step)
    ) {
      throw new EdgeError('bad-request', 'A file and its format are needed.', { hint: usage });
    }
    const series = readSeries(readFileSync(values.data, 'utf8'), values.format);
    process.stdout.write(seriesCsv(values.step === 'hour' ? hourlyMeans(series) : series));
    for (const { why, count, firstAt } of series.dropped)
      process.stderr.write(`${count} × ${why}${firstAt ? `, first at ${firstAt}` : ''}\n`);
    return 0;
  } catch (error) {
    const { message, where, hint } =
      error instanceof EdgeError ? error : { message: String(error), where: undefined, hint: usage };
    process.stderr.write(`${where === undefined ? '' : `${where}: `}${message} ${hint}\n`);
    return error instanceof EdgeError ? errorTable[error.code].exit : 2;
  }
}

process.exitCode = main(process.argv.slice(2));
