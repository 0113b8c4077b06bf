import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRunningFlow, recordsOf } from '../flow-builders.ts';

// `a` is the prediction for ten minutes later, `b` is the truth.
const scored = (more: object = {}) =>
  aRunningFlow([{ id: 's', score: { prediction: 'a', truth: 'b', delay: '10m', ...more } }]);

test('compares when the truth arrives, and keeps error and skill', () => {
  const { push } = scored({ references: { persistence: 'b', wild: 'a * 2' } });
  push('b', 1, 5);
  assert.deepEqual(push('a', 1, 8), []);
  const [first] = recordsOf(push('b', 11, 10), 'score');
  assert.deepEqual(
    [first!.predicted, first!.truth, first!.references, first!.counted, first!.sourceTime],
    [8, 10, { persistence: 5, wild: 16 }, true, 11 * 60_000],
  );
  assert.deepEqual([first!.error.count, first!.error.mae, first!.error.rmse], [1, 2, 2]);
  assert.deepEqual(first!.error.references.persistence, { mae: 5, rmse: 5, skill: 1 - 2 / 5 });
  push('a', 11, 14);
  const [second] = recordsOf(push('b', 21, 10), 'score');
  assert.deepEqual([second!.error.count, second!.error.mae], [2, 3]);
});

test('counts only where the condition held when the prediction was made', () => {
  const { push } = scored({ count: 'a > 5' });
  push('a', 1, 4);
  const [record] = recordsOf(push('b', 11, 10), 'score');
  assert.deepEqual([record!.counted, record!.error.count], [false, 0]);
});

test('a bad prediction, truth or reference is not scored', () => {
  const { flow, push } = scored({ references: { persistence: 'b' } });
  push('b', 1, 1);
  push('a', 1, null, 'fault');
  assert.deepEqual(push('b', 11, 10), []);
  push('a', 11, 9);
  assert.deepEqual(push('b', 21, null, 'fault'), []);
  assert.equal(flow.counters().unscored, 1);
  push('a', 21, 9);
  assert.deepEqual(
    recordsOf(push('b', 31, 10), 'score').map((r) => [r.counted, r.references]),
    [[false, {}]],
  );
});

test('the truth may miss its time by the tolerance, no more', () => {
  const { flow, push } = scored({ tolerance: '1m' });
  push('a', 1, 4);
  push('a', 2, 5);
  assert.equal(recordsOf(push('b', 12, 10), 'score')[0]!.predicted, 4);
  assert.deepEqual(push('b', 14, 10), []);
  assert.equal(flow.counters().unscored, 1);
});
