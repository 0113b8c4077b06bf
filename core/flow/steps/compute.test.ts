import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRunningFlow, newestOf } from '../flow-builders.ts';

test('computes when all series have a value of the same source time', () => {
  const { flow, push } = aRunningFlow([
    { id: 'c', compute: { sum: 'a + b', high: 'a > 1', seconds: 'a * 0.0 + time / 1000' } },
  ]);
  push('a', 1, 2);
  assert.equal(newestOf(flow, 'c.sum'), undefined);
  push('b', 1, 3);
  assert.deepEqual(newestOf(flow, 'c.sum'), [1, 5]);
  assert.deepEqual(newestOf(flow, 'c.high'), [1, true]);
  assert.deepEqual(newestOf(flow, 'c.seconds'), [1, 60]);
});

test('a value whose partner never comes is given up and counted', () => {
  const { flow, push } = aRunningFlow([{ id: 'c', compute: { sum: 'a + b' } }]);
  push('a', 1, 2);
  push('a', 2, 3);
  push('b', 2, 4);
  assert.deepEqual(newestOf(flow, 'c.sum'), [2, 7]);
  assert.equal(flow.counters().unmatched, 1);
});

test('only what reads a bad value is bad', () => {
  const { flow, push } = aRunningFlow([{ id: 'c', compute: { both: 'a + b', one: 'b * 2' } }]);
  push('a', 1, null, 'sensor fault');
  push('b', 1, 3);
  assert.deepEqual(newestOf(flow, 'c.both'), [1, 'sensor fault']);
  assert.deepEqual(newestOf(flow, 'c.one'), [1, 6]);
});

test('no result is a bad value with the reason', () => {
  const { flow, push } = aRunningFlow([
    { id: 'w', window: { of: 'a', last: 1 } },
    { id: 'c', compute: { quotient: '1.0 / a', root: 'sqrt(a - 1.0)', element: 'w[3]', huge: 'exp(1000.0 + a)' } },
  ]);
  push('a', 1, 0);
  assert.deepEqual(newestOf(flow, 'c.quotient'), [1, 'not a finite number']);
  assert.deepEqual(newestOf(flow, 'c.root'), [1, 'not a finite number']);
  assert.deepEqual(newestOf(flow, 'c.huge'), [1, 'not a finite number']);
  assert.match(String(newestOf(flow, 'c.element')![1]), /index out of bounds/);
});

test('vectors and texts are values too', () => {
  const { flow, push } = aRunningFlow([
    { id: 'w', window: { of: 'a', last: 2 } },
    { id: 'c', compute: { twice: 'w.map(x, x * 2.0)', word: 'a > 1 ? "high" : "low"' } },
  ]);
  push('a', 1, 1);
  push('a', 2, 2);
  assert.deepEqual(newestOf(flow, 'c.twice'), [2, [2, 4]]);
  assert.deepEqual(newestOf(flow, 'c.word'), [2, 'high']);
});
