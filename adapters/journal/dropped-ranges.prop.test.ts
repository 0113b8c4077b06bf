import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Dropped } from '../../contracts/records.ts';
import { droppedRanges } from './dropped-ranges.ts';

const reason = fc.constantFrom<Dropped['because']>('drop-oldest', 'downsample', 'expired');
const ascending = fc
  .tuple(fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(4)), { maxLength: 8 }), reason)
  .map(([steps, because]) => {
    let last = 0;
    return steps.map(([gap, length]): Dropped => {
      const from = last + gap;
      last = from + length;
      return { from, to: last, because };
    });
  });
const action = fc.oneof(ascending, fc.nat(40));

test('ranges always say the same as a map from number to reason', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
      const ranges = droppedRanges();
      const model = new Map<number, string>();
      for (const each of actions) {
        if (typeof each === 'number') {
          ranges.forget(each);
          for (const number of model.keys()) if (number <= each) model.delete(number);
        } else {
          ranges.add(each);
          for (const { from, to, because } of each) {
            for (let number = from; number <= to; number++) if (!model.has(number)) model.set(number, because);
          }
        }
        for (let number = 0; number <= 100; number++) {
          assert.equal(ranges.find(number)?.because, model.get(number), `number ${number}`);
        }
        const all = ranges.all();
        for (const [index, range] of all.entries()) {
          const before = all[index - 1];
          assert.ok(range.from <= range.to);
          assert.ok(before === undefined || before.to < range.from);
          assert.ok(
            before === undefined || before.to + 1 < range.from || before.because !== range.because,
            'neighbours are one',
          );
        }
      }
    }),
    { numRuns: 500 },
  );
});
