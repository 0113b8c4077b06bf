import assert from 'node:assert/strict';
import test from 'node:test';
import { simulate } from './simulate.ts';

const SEEDS = 200;

test(`${SEEDS} seeds: every node converges, no step runs twice, no record is lost or doubled, no older manifest applies`, async (t) => {
  const sum = { acknowledged: 0, manifests: 0, refusedManifests: 0, rolledBack: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { scenario, wrong, ...figures } = await simulate(seed);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += figures[key];
    assert.deepEqual(wrong, [], `seed ${seed}: ${wrong.slice(0, 5).join('\n')}\n${JSON.stringify(scenario)}`);
  }
  t.diagnostic(JSON.stringify(sum));
  // A simulation in which nothing happens would pass as well.
  assert.ok(sum.acknowledged > 75 * SEEDS, 'too few records');
  assert.ok(sum.manifests > 3 * SEEDS, 'too few manifests');
  assert.ok(sum.refusedManifests > SEEDS / 10, 'too few attacks with older manifests');
  assert.ok(sum.rolledBack > SEEDS / 20, 'too few releases taken back');
});
