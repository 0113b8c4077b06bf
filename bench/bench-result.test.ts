import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchResult, median } from './bench-result.ts';

const measured = { name: 'n', what: 'w', comparator: 'c', unit: '×' };

test('the median decides, in both directions', () => {
  const runs = [1, 9, 3, 2, 8];
  assert.deepEqual([median(runs), median([4, 1, 3, 2])], [3, 2.5]);
  assert.equal(benchResult({ ...measured, runs, budget: { atLeast: 3 } }).passed, true);
  assert.equal(benchResult({ ...measured, runs, budget: { atLeast: 3.1 } }).passed, false);
  assert.equal(benchResult({ ...measured, runs, budget: { atMost: 3 } }).passed, true);
  assert.equal(benchResult({ ...measured, runs, budget: { atMost: 2.9 } }).passed, false);
  const { min, max, machine } = benchResult({ ...measured, runs, budget: { atMost: 3 } });
  assert.deepEqual([min, max], [1, 9]);
  assert.match(machine, /Node v\d+/);
});

test('too few rounds are no result', () => {
  assert.throws(() => benchResult({ ...measured, runs: [1, 2, 3, 4], budget: { atMost: 3 } }), RangeError);
});
