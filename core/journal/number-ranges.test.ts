import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberRanges } from './number-ranges.ts';

test('neighbours become one range', () => {
  assert.deepEqual(numberRanges([]), []);
  assert.deepEqual(numberRanges([4]), [{ from: 4, to: 4 }]);
  assert.deepEqual(numberRanges([1, 2, 3, 7, 9, 10]), [
    { from: 1, to: 3 },
    { from: 7, to: 7 },
    { from: 9, to: 10 },
  ]);
});
