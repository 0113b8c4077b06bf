import assert from 'node:assert/strict';
import test from 'node:test';
import { simulate } from './simulate.ts';

const FIRST = 1001;
const SEEDS = 3000;

test(`${SEEDS} more seeds`, async () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const { scenario, wrong } = await simulate(seed);
    assert.deepEqual(wrong, [], `seed ${seed}: ${wrong.join('\n')}\n${JSON.stringify(scenario)}`);
  }
});
