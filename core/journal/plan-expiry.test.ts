import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planExpiry } from './plan-expiry.ts';

test('records at the beginning that are older than the age are over; exactly as old is not', () => {
  const kept = [100, 200, 300, 150].map((at, i) => ({ number: i + 1, at }));
  assert.deepEqual(planExpiry(kept, 50, 250), [1]);
  assert.deepEqual(planExpiry(kept, 50, 251), [1, 2]);
  assert.deepEqual(planExpiry(kept, 1000, 500), []);
  assert.deepEqual(planExpiry([], 0, 500), []);
});

test('a record behind a younger one waits for it, so that what is kept has no hole', () => {
  assert.deepEqual(
    planExpiry(
      [
        { number: 1, at: 400 },
        { number: 2, at: 1 },
      ],
      50,
      420,
    ),
    [],
  );
});
