import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffMs } from './backoff.ts';

test('the window doubles with each failure until its maximum', () => {
  const longest = (attempt: number) => backoffMs({ attempt, baseMs: 100, maxMs: 1000, jitter01: 1 - 2 ** -53 }) + 1;
  assert.deepEqual([1, 2, 3, 4, 5, 60, 5000].map(longest), [100, 200, 400, 800, 1000, 1000, 1000]);
});

test('the delay is spread over the whole window', () => {
  const half = { attempt: 2, baseMs: 100, maxMs: 1000, jitter01: 0.5 };
  assert.equal(backoffMs(half), 100);
  assert.equal(backoffMs({ ...half, jitter01: 0 }), 0);
});

test('no attempt, however late, waits longer than the maximum or a negative time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, baseMs, maxMs, jitter01) => {
        const delay = backoffMs({ attempt, baseMs, maxMs, jitter01 });
        assert.ok(Number.isInteger(delay) && delay >= 0 && delay <= maxMs);
      },
    ),
  );
});
