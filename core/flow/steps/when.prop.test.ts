import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aRunningFlow, minuteMs, recordsOf } from '../flow-builders.ts';

const [threshold, hysteresis, holdMinutes] = [10, 3, 5];
const rows = fc.array(
  fc.record({ after: fc.integer({ min: 1, max: 4 }), value: fc.option(fc.integer({ min: 0, max: 20 }), { freq: 9 }) }),
  { minLength: 1, maxLength: 80 },
);

function play(list: readonly { after: number; value: number | null }[]) {
  const { push } = aRunningFlow([
    { id: 'hot', when: { value: 'a', above: threshold, hysteresis, for: `${holdMinutes}m` } },
  ]);
  let minute = 0;
  return list.map(({ after, value }) => {
    minute += after;
    return {
      minute,
      value,
      decisions: recordsOf(push('a', minute, value, value === null ? 'fault' : undefined), 'decision'),
    };
  });
}

test('it becomes true only when the value has been over the threshold, without a break, for the hold time', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const played = play(list);
      for (const { decisions } of played) {
        for (const { decided, sourceTime } of decisions.filter((decision) => decision.decided)) {
          const until = sourceTime / minuteMs;
          const began =
            played.findLastIndex(
              (row) => row.minute <= until && (row.value === null || row.value <= threshold - hysteresis),
            ) + 1;
          const over = played.slice(began).find((row) => row.value! > threshold);
          assert.ok(decided && over !== undefined && over.minute <= until - holdMinutes);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('true and false alternate, and nothing changes while the value stays in the band', () => {
  fc.assert(
    fc.property(rows, (list) => {
      let decided = false;
      for (const { value, decisions } of play(list)) {
        for (const decision of decisions) {
          assert.equal(decision.decided, !decided);
          decided = decision.decided;
          if (!decided) assert.ok(value !== null && value <= threshold - hysteresis);
        }
      }
    }),
    { numRuns: 300 },
  );
});
