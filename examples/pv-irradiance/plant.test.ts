import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const data = ['--data', path('data/surfrad-alamosa-20160101.dat'), '--format', 'surfrad'];

async function run(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [path(script), ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
    // It serves until it is told to stop.
    if (out.includes('"serving"') && !args.includes('--once') && !child.killed) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

test('a file of another year is replayed whole, says what was mended, and stops when told', async () => {
  const { code, out, err } = await run('plant.ts', [...data, '--modbus', '127.0.0.1:0']);
  assert.equal(err, '');
  assert.equal(code, 0);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line) => line.event).filter((event) => event !== 'dropped or mended'),
    ['read', 'first row', 'serving', 'stopped'],
  );
  assert.ok(lines.some((line) => line.event === 'dropped or mended' && /negative/.test(line.why)));
  const serving = lines.find((line) => line.event === 'serving');
  assert.deepEqual([serving.rows, serving.leftOut], [1440, 0]);
});

test('with --once it ends after the last row', async () => {
  const { code, out } = await run('plant.ts', [...data, '--modbus', '127.0.0.1:0', '--pace', '20ms', '--once']);
  assert.equal(code, 0);
  assert.match(out, /"stopped"/);
});

test('what cannot be is one clear error and an exit code', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as { port: number };
  const wrong: [string, string[], number, RegExp][] = [
    ['plant.ts', ['--help-me'], 2, /^plant: .*--help/],
    [
      'plant.ts',
      ['--data', 'none.csv', '--format', 'tmy3', '--modbus', '127.0.0.1:0'],
      4,
      /none\.csv: there is no such file/,
    ],
    ['plant.ts', ['--data', data[1]!, '--format', 'psm3', '--modbus', '127.0.0.1:0'], 2, /line \d+/],
    ['plant.ts', [...data, '--modbus', `127.0.0.1:${port}`], 7, /something else listens at 127\.0\.0\.1:\d+/],
    ['broker.ts', ['--listen', '127.0.0.1:0'], 2, /^broker: .*--user/],
    ['broker.ts', ['--listen', '127.0.0.1:0', '--user', 'orla', '--password-file', 'none'], 2, /"none" cannot be read/],
  ];
  for (const [script, args, exit, message] of wrong) {
    const { code, err } = await run(script, args);
    assert.equal(code, exit, err);
    assert.match(err, message);
    assert.equal(err.trim().split('\n').length, 1, err);
  }
  blocker.close();
});
