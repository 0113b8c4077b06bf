import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { holds, lives } from './crash-lives.ts';
import { killRounds } from './kill-rounds.ts';

test('a thousand times SIGKILL in the middle of appending', async (t) => {
  const report = await killRounds(1000, randomInt(2 ** 31));
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual([report.lost, report.doubled], [0, 0]);
  assert.ok(report.promised > 10_000);
});

for (const [what, life] of Object.entries(lives)) {
  test(`a long series of lives: ${what}`, async () => {
    await fc.assert(fc.asyncProperty(life, holds), { numRuns: 5000 });
  });
}
