import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const run = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('export-csv.ts', import.meta.url)), ...args], {
    encoding: 'utf8',
  });
const data = (file: string) => fileURLToPath(new URL(`../data/${file}`, import.meta.url));

test('exports hourly rows as CSV and says on standard error what it mended', () => {
  const { status, stdout, stderr } = run('--data', data('psm3-colorado-2017.csv'), '--format', 'psm3');
  assert.equal(status, 0);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 8762);
  assert.equal(JSON.parse(lines[0]!.slice(2)).altitudeM, 2168);
  assert.equal(lines[1], 'time,ghi,dni,dhi,temperatureC,humidity,windSpeed,pressureHpa');
  assert.match(lines[2]!, /^2017-01-01T07:45:00.000Z,0,0,0,/);
  assert.match(stderr, /17520 × stamp moved/);
});

test('refuses an unknown format and a file of another kind with exit code 2 and one line', () => {
  for (const format of ['excel', 'tmy3']) {
    const { status, stdout, stderr } = run('--data', data('pvgis-piedmont.csv'), '--format', format);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.equal(stderr.trimEnd().split('\n').length, 1);
  }
});
