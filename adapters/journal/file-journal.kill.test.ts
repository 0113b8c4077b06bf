import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { killRounds } from './kill-rounds.ts';

test('ten times SIGKILL in the middle of appending: nothing promised is lost, nothing doubled', async () => {
  const report = await killRounds(10, randomInt(2 ** 31));
  assert.deepEqual([report.lost, report.doubled], [0, 0]);
  assert.ok(report.promised > 100, `only ${report.promised} records were promised`);
});
