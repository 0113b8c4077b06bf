import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../system/random.ts';
import { fuzzModbus } from './modbus-fuzz.ts';

for (let seed = 1; seed <= 5; seed++) {
  test(`100,000 mutated frames, seed ${seed}: nothing throws, nothing grows`, () => {
    const seen = fuzzModbus(seededRandom(`modbus fuzz ${seed}`), 100_000);
    assert.ok(seen.frames > 10_000 && seen.broken > 5_000 && seen.streams > 5_000, JSON.stringify(seen));
  });
}
