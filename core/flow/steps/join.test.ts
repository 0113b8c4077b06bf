import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRunningFlow, newestOf } from '../flow-builders.ts';

const joined = (tolerance = '5m') => aRunningFlow([{ id: 'j', join: { series: { x: 'a', y: 'b' }, tolerance } }]);

test('takes the nearest value within the tolerance, once the other series has reached that time', () => {
  const { flow, push } = joined();
  push('b', 8, 80);
  push('a', 10, 1);
  assert.equal(newestOf(flow, 'j.x'), undefined);
  push('b', 11, 110);
  assert.deepEqual(newestOf(flow, 'j.x'), [10, 1]);
  assert.deepEqual(newestOf(flow, 'j.y'), [10, 110]);
});

test('one value may be the nearest of several times', () => {
  const { flow, push } = joined();
  push('b', 10, 100);
  push('a', 8, 1);
  assert.deepEqual(newestOf(flow, 'j.y'), [8, 100]);
  push('a', 9, 2);
  assert.deepEqual(newestOf(flow, 'j.y'), [9, 100]);
});

test('waits no longer than the tolerance, and then says gap', () => {
  const { flow, push } = joined();
  push('b', 1, 10);
  push('a', 10, 1);
  push('a', 15, 2);
  assert.equal(newestOf(flow, 'j.x'), undefined);
  push('a', 16, 3);
  assert.deepEqual(newestOf(flow, 'j.x'), [10, 1]);
  assert.deepEqual(newestOf(flow, 'j.y'), [10, 'gap']);
});

test('`at` chooses whose times count', () => {
  const { flow, push } = aRunningFlow([{ id: 'j', join: { series: { x: 'a', y: 'b' }, at: 'y', tolerance: '5m' } }]);
  push('a', 9, 1);
  push('b', 10, 2);
  push('a', 13, 3);
  assert.deepEqual(newestOf(flow, 'j.x'), [10, 1]);
  assert.deepEqual(newestOf(flow, 'j.y'), [10, 2]);
});
