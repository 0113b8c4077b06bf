import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ResolvedConnector } from '../../../contracts/kinds/connector.ts';
import type { Sample } from '../../../contracts/records.ts';
import { createFakeClock } from '../../system/fake-clock.ts';
import { seededRandom } from '../../system/random.ts';
import { connectorConformance, fakeTime } from '../conformance.ts';
import { createConnector } from '../create-connector.ts';
import { readRecording } from './read-recording.ts';

const startMs = Date.UTC(2026, 0, 1);
const time = { field: 'time', format: 'iso' } as const;

function aFolder(): { file(name: string, text: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  return {
    file(name, text) {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function replayOf(file: string, config: object = {}): ResolvedConnector {
  return ResolvedConnector.parse({
    name: 'rig',
    equipment: 'rig',
    protocol: 'replay',
    config: { file, ...config },
    scan: '100ms',
    staleAfter: '1200ms',
    tags: [{ name: 'level', source: { field: 'level' } }],
  });
}

connectorConformance('replay', {
  async startPeer() {
    const folder = aFolder();
    const levels = Array.from({ length: 40 }, (_, at) => `${new Date(startMs + at * 100).toISOString()},${at + 1}`);
    const file = folder.file('levels.csv', `time,level\n${levels.join('\n')}\n`);
    return {
      spec: () => replayOf(file, { loop: true }),
      // A recording cannot be told: it goes through all levels by itself, again and again.
      setLevel: () => undefined,
      close: async () => folder.remove(),
    };
  },
  makeTime: () => fakeTime(createFakeClock(startMs)),
  onNetwork: false,
  writable: false,
});

/** Plays a recording for a while; what came, and how long after the start. */
async function play(file: string, config: object, forMs: number) {
  const clock = createFakeClock(startMs);
  const came: { atMs: number; sample: Sample }[] = [];
  const connector = createConnector(replayOf(file, config), {
    clock,
    random: seededRandom(1),
    onSamples: (samples, atMs) => came.push(...samples.map((sample) => ({ atMs, sample }))),
    log: () => undefined,
  });
  connector.start();
  for (let turns = 0; connector.observe().phase !== 'connected' && connector.observe().errors === 0; turns++) {
    assert.ok(turns < 1_000_000);
    await clock.settle();
  }
  const beganAtMs = clock.monotonic();
  await clock.advance(forMs);
  const observed = connector.observe();
  await connector.stop();
  return { came: came.map(({ atMs, sample }) => ({ atMs: atMs - beganAtMs, sample })), observed };
}

test('rows come with the spacing that they were recorded with, divided by the speed, and keep their time', async () => {
  const folder = aFolder();
  const file = folder.file('a.jsonl', '{"time":0,"level":1}\n{"time":10,"level":2.5}\n\n{"time":30}\n');
  const { came } = await play(file, { speed: 100, time: { field: 'time', format: 'epoch-s' } }, 400);
  assert.deepEqual(
    came.map(({ atMs, sample }) => [atMs, sample.value, sample.quality, sample.sourceTime]),
    [
      [0, 1, 'good', 0],
      [100, 2.5, 'good', 10_000],
      [300, null, 'bad', 30_000],
    ],
  );
  folder.remove();
});

test('after the last row it goes stale; with loop it goes on', async () => {
  const folder = aFolder();
  const file = folder.file('b.csv', 'time,level\n1970-01-01T00:00:00Z,1\n1970-01-01T00:00:01Z,2\n');
  const once = await play(file, {}, 3000);
  assert.deepEqual(
    once.came.map(({ sample }) => sample.value),
    [1, 2, null],
  );
  assert.equal(once.observed.quality, 'bad');
  const again = await play(file, { loop: true }, 3500);
  assert.deepEqual(
    again.came.map(({ sample }) => [sample.value, sample.sourceTime]),
    [
      [1, 0],
      [2, 1000],
      [1, 2000],
      [2, 3000],
    ],
  );
  folder.remove();
});

test('a recording that is not there, or not readable, is shown with its reason', async () => {
  const folder = aFolder();
  const missing = await play(`${folder.file('c.csv', '')}.none.csv`, {}, 0);
  assert.match(missing.observed.because ?? '', /there is no such file/);
  const broken = await play(folder.file('d.csv', 'time,level\nyesterday,1\n'), {}, 0);
  assert.match(broken.observed.because ?? '', /no time in the field "time" that is iso \(line 2\)/);
  folder.remove();
});

test('quoted cells, missing cells, rows that go back', () => {
  const rows = readRecording('time,"a ""b"", c"\n1970-01-01T00:00:01Z,"x, y"\n1970-01-01T00:00:02Z,\n', 'csv', time);
  assert.deepEqual(
    rows.map((row) => row.fields.get('a "b", c')),
    ['x, y', undefined],
  );
  const wrong: [string, RegExp][] = [
    ['time,level\n', /no rows/],
    ['time,level\n1970-01-01T00:00:01Z\n', /1 cells where the header has 2 \(line 2\)/],
    ['time,level\n1970-01-01T00:00:01Z,"x\n', /quote/],
    ['time,level\n1970-01-01T00:00:02Z,1\n1970-01-01T00:00:01Z,1\n', /before that of the row above it \(line 3\)/],
    ['time,level\n1970-01-01T00:00:01,1\n', /no time/],
  ];
  for (const [text, because] of wrong) assert.throws(() => readRecording(text, 'csv', time), because, text);
  assert.throws(
    () => readRecording('{"time":1}\n[1]', 'jsonl', { field: 'time', format: 'epoch-s' }),
    /not a JSON object \(line 2\)/,
  );
  assert.throws(() => readRecording('{', 'jsonl', time), /not JSON \(line 1\)/);
});
