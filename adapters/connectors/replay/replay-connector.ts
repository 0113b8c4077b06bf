import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Timer } from '../../system/clock.ts';
import { defineConnector } from '../define-connector.ts';
import type { DriverPorts, Reading, Session, TagOf } from '../port.ts';
import { type RecordedRow, readRecording } from './read-recording.ts';

/** Larger recordings are refused. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

const ReplayConfig = z.strictObject({
  file: z
    .string()
    .regex(/\.(csv|jsonl)$/, 'name a file that ends in .csv or .jsonl')
    .describe('Path of the recording at the node'),
  speed: z.number().min(0.001).max(1_000_000).default(1).describe('How many times faster than it was recorded'),
  time: z
    .strictObject({
      field: z.string().min(1),
      format: z.enum(['iso', 'epoch-ms', 'epoch-s']).default('iso'),
    })
    .default({ field: 'time', format: 'iso' })
    .describe('The field with the time of each row'),
  loop: z.boolean().default(false).describe('Begin again after the last row, with times that go on'),
});
type ReplayConfig = z.infer<typeof ReplayConfig>;

const ReplaySource = z.strictObject({
  field: z.string().min(1).describe('Column of the CSV file, or field of the JSON'),
});
type ReplaySource = z.infer<typeof ReplaySource>;

/** Recordings instead of equipment. */
export const replay = defineConnector<ReplayConfig, ReplaySource>({
  name: 'replay',
  summary: 'Plays a recording (CSV or JSON lines) as if it were equipment: for tests and demonstrations',
  about: `Reads a file at the node once, and hands its rows on with the spacing that they were recorded with, divided by \`speed\`.

- CSV with a header line (RFC 4180), or one JSON object a line. Rows are in rising time. An empty cell is a bad value.
- Values keep the time that they were recorded with.
- After the last row tags go stale, unless \`loop\` is true.
- Nothing can be written.`,
  config: ReplayConfig,
  source: ReplaySource,
  example: {
    target: { labels: { purpose: 'demonstration' } },
    equipment: 'weather',
    protocol: 'replay',
    config: { file: '/var/lib/orla/recordings/weather.csv', speed: 60, time: { field: 'time', format: 'iso' } },
    tags: [{ name: 'ghi', unit: 'W/m2', source: { field: 'ghi' } }],
  },
  check: (_config, tags) =>
    tags.flatMap((tag, index) =>
      tag.writable ? [{ where: `tags[${index}].writable`, message: 'a recording cannot be written' }] : [],
    ),
  create({ config, tags }, ports) {
    return {
      async open() {
        const rows = readRecording(
          await readFileOf(config.file),
          config.file.endsWith('.csv') ? 'csv' : 'jsonl',
          config.time,
        );
        return playRows(rows, tags, config, ports);
      },
    };
  },
});

async function readFileOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX) throw new Error(`it has ${size} bytes, more than ${FILE_BYTES_MAX}`);
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such file' : error instanceof Error ? error.message : 'it cannot be read';
    throw new EdgeError('unreachable', `${path}: ${reason}`, { where: path, cause: error });
  }
}

function playRows(
  rows: readonly RecordedRow[],
  tags: readonly TagOf<ReplaySource>[],
  config: ReplayConfig,
  { clock, onReadings }: DriverPorts,
): Session {
  const first = rows[0] as RecordedRow;
  const spanMs = (rows.at(-1) as RecordedRow).timeMs - first.timeMs;
  // The next time round begins one mean step after the last row.
  const roundMs = spanMs + (rows.length > 1 ? spanMs / (rows.length - 1) : 1000) || 1000;
  const beganAtMs = clock.monotonic();
  let next = 0;
  let timer: Timer | undefined;
  const timeOf = (at: number) =>
    (rows[at % rows.length] as RecordedRow).timeMs + Math.floor(at / rows.length) * roundMs;
  const dueAt = (at: number) => beganAtMs + (timeOf(at) - first.timeMs) / config.speed;

  const play = () => {
    const nowMs = clock.monotonic();
    // Rows that became due together are handed on together, so many at most: the event loop goes on in between.
    for (let handed = 0; handed < ROWS_AT_ONCE_MAX; handed++, next++) {
      if (!config.loop && next >= rows.length) return;
      if (dueAt(next) > nowMs) break;
      onReadings(readingsOf(rows[next % rows.length] as RecordedRow, tags, timeOf(next)), nowMs);
    }
    timer = clock.setTimer(Math.max(0, dueAt(next) - nowMs), play);
  };
  timer = clock.setTimer(0, play);
  return {
    lost: new Promise(() => undefined),
    write: () => Promise.reject(new EdgeError('not-supported', 'a recording cannot be written')),
    async close() {
      timer?.cancel();
    },
  };
}

const ROWS_AT_ONCE_MAX = 100;

function readingsOf(row: RecordedRow, tags: readonly TagOf<ReplaySource>[], time: number): Reading[] {
  return tags.map(({ source }, tag): Reading => {
    const value = row.fields.get(source.field);
    if (value !== undefined) return { tag, value, quality: 'good', time };
    return { tag, value: null, quality: 'bad', because: `nothing was recorded in ${source.field}`, time };
  });
}
