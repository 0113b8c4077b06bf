import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakAtGaps } from '../src/parts/break-at-gaps.ts';

test('points at their usual distance stay as they are', () => {
  const points = [
    [0, 1],
    [10, 2],
    [20, 3],
    [45, 4],
  ] as const;
  assert.equal(breakAtGaps(points), points);
});

test('a long pause gets an empty point', () => {
  const points = [
    [0, 1],
    [10, 2],
    [20, 3],
    [500, 4],
    [510, 5],
  ] as const;
  assert.deepEqual(breakAtGaps(points).slice(2, 5), [
    [20, 3],
    [30, null],
    [500, 4],
  ]);
});
