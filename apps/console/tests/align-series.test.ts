import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignSeries } from '../src/parts/align-series.ts';

test('series of different times stand on the union of them, in seconds', () => {
  const aligned = alignSeries([
    [
      [1000, 1],
      [3000, 3],
    ],
    [[2000, null]],
  ]);
  assert.deepEqual(aligned, [
    [1, 2, 3],
    [1, undefined, 3],
    [undefined, null, undefined],
  ]);
});

test('no series at all is empty', () => {
  assert.deepEqual(alignSeries([]), [[]]);
});
