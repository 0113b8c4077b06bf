import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KeptRecord, planRoom } from './plan-room.ts';

const kept = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 })), { maxLength: 60 })
  .map((steps) => {
    let number = 0;
    return steps.map(([gap, bytes]): KeptRecord => {
      number += gap;
      return { number, bytes };
    });
  });
const facts = fc.record({
  onFull: fc.constantFrom('refuse-newest', 'drop-oldest', 'downsample'),
  maxBytes: fc.integer({ min: 1, max: 3000 }),
  incomingBytes: fc.integer({ min: 1, max: 400 }),
  kept,
} as const);

test('an accepted record fits, nothing gives way without need, and only what is kept can give way', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const usedBytes = given.kept.reduce((sum, { bytes }) => sum + bytes, 0);
      const room = planRoom({ ...given, usedBytes });
      const fits = usedBytes + given.incomingBytes <= given.maxBytes;
      if (room.kind === 'refuse') {
        assert.ok(!fits && (given.onFull === 'refuse-newest' || given.incomingBytes > given.maxBytes));
        return;
      }
      const drop = new Set(room.drop);
      assert.equal(drop.size, room.drop.length);
      const left = given.kept.filter(({ number }) => !drop.has(number));
      assert.equal(left.length + drop.size, given.kept.length);
      assert.ok(left.reduce((sum, { bytes }) => sum + bytes, 0) + given.incomingBytes <= given.maxBytes);
      assert.equal(fits, drop.size === 0);
      assert.deepEqual(
        [...room.drop],
        [...room.drop].sort((a, b) => a - b),
      );
      if (drop.size > 0) assert.equal(room.because, given.onFull);
    }),
    { numRuns: 1000 },
  );
});

test('drop-oldest drops a prefix and not one record more than needed', () => {
  const records = [10, 20, 30, 40].map((bytes, i) => ({ number: i + 1, bytes }));
  const drop = (incomingBytes: number) => {
    const room = planRoom({ onFull: 'drop-oldest', maxBytes: 100, usedBytes: 100, incomingBytes, kept: records });
    return room.kind === 'accept' ? room.drop : undefined;
  };
  assert.deepEqual(drop(10), [1]);
  assert.deepEqual(drop(11), [1, 2]);
  assert.deepEqual(drop(100), [1, 2, 3, 4]);
  assert.equal(drop(101), undefined);
});

test('downsample keeps every second record of the older half, and again if that is not enough', () => {
  const records = Array.from({ length: 16 }, (_, i) => ({ number: i + 1, bytes: 10 }));
  const drop = (incomingBytes: number) => {
    const room = planRoom({ onFull: 'downsample', maxBytes: 160, usedBytes: 160, incomingBytes, kept: records });
    return room.kind === 'accept' ? room.drop : undefined;
  };
  assert.deepEqual(drop(10), [2, 4, 6, 8]);
  assert.deepEqual(drop(41), [2, 3, 4, 6, 7, 8, 10]);
});
