import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillTensor, outputOf, tensorShape } from './tensor.ts';

test('shapes: a batch of one, an open length, a fixed one', () => {
  assert.deepEqual(tensorShape([null, 3], 3), [1, 3]);
  assert.deepEqual(tensorShape(['N', 3], 6), undefined);
  assert.deepEqual(tensorShape(['N', 'F'], 6), [1, 6]);
  assert.deepEqual(tensorShape([1, 'T', 2], 6), [1, 3, 2]);
  assert.deepEqual(tensorShape([1, 'T', 2], 5), undefined);
  assert.deepEqual(tensorShape([4], 4), [4]);
  assert.deepEqual(tensorShape([-1], 4), [4]);
  assert.deepEqual(tensorShape([], 1), []);
  assert.deepEqual(tensorShape([2, 2], 3), undefined);
});

test('features: numbers, flags, vectors in place; never more than float32 holds', () => {
  assert.deepEqual(fillTensor([1, 0, 2], [[1, 2], 3, true]), [3, 1, 2, 1]);
  assert.deepEqual(fillTensor([0], [1e39]), { because: 'not a finite number' });
});

test('outputs: a tensor, or one value of it', () => {
  assert.deepEqual(outputOf('variable'), { tensor: 'variable', element: undefined });
  assert.deepEqual(outputOf('probabilities[1]'), { tensor: 'probabilities', element: 1 });
});
