import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planSegments, type SegmentFacts, SPARE_SEGMENTS } from './plan-segments.ts';

const SEGMENT_BYTES = 1000;
const closed = fc
  .array(fc.record({ bytes: fc.integer({ min: 1, max: 1200 }), share: fc.constantFrom(0, 0, 0.1, 0.5, 0.9, 1) }), {
    maxLength: 80,
  })
  .map((given) =>
    given.map(
      ({ bytes, share }, i): SegmentFacts => ({
        segment: i + 1,
        bytes,
        liveBytes: Math.floor(bytes * share),
        complete: true,
      }),
    ),
  );

test('followed to its end, the plan leaves at most twice the kept bytes and a few segments', () => {
  fc.assert(
    fc.property(closed, (given) => {
      let now = [...given];
      let copied = 0;
      for (let step = 0; ; step++) {
        assert.ok(step < 500, 'it comes to an end');
        const plan = planSegments(now, SEGMENT_BYTES);
        const newest = now.at(-1)?.segment;
        for (const segment of plan.remove) {
          assert.equal(
            now.find((each) => each.segment === segment)?.liveBytes,
            0,
            'only what holds nothing is removed',
          );
          assert.notEqual(segment, newest);
        }
        now = now.filter((each) => !plan.remove.includes(each.segment));
        if (plan.copyForward === undefined) {
          if (plan.remove.length === 0) break;
          continue;
        }
        assert.notEqual(plan.copyForward, newest);
        // What is copied goes to the growing segment, which is not in the list.
        copied += now.find((each) => each.segment === plan.copyForward)!.liveBytes;
        now = now.map((each) => (each.segment === plan.copyForward ? { ...each, liveBytes: 0 } : each));
      }
      const live = now.reduce((sum, each) => sum + each.liveBytes, 0);
      const bytes = now.slice(0, -1).reduce((sum, each) => sum + each.bytes, 0);
      assert.ok(bytes <= 2 * live + SEGMENT_BYTES);
      assert.ok(now.length <= SPARE_SEGMENTS + Math.ceil((2 * live) / SEGMENT_BYTES) + 1);
      assert.ok(copied <= given.reduce((sum, each) => sum + each.bytes, 0));
    }),
    { numRuns: 500 },
  );
});

test('the newest closed segment stays, also when it holds nothing', () => {
  const empty = [1, 2, 3].map((segment) => ({ segment, bytes: 500, liveBytes: 0, complete: true }));
  assert.deepEqual(planSegments(empty, SEGMENT_BYTES), { remove: [1, 2], copyForward: undefined });
  assert.deepEqual(planSegments([], SEGMENT_BYTES), { remove: [], copyForward: undefined });
});

test('a segment that is empty or whose head is in doubt takes the place of none', () => {
  const given = [true, true, false, false].map((complete, i) => {
    return { segment: i + 1, bytes: i === 3 ? 0 : 500, liveBytes: 0, complete };
  });
  assert.deepEqual(planSegments(given, SEGMENT_BYTES), { remove: [1, 4], copyForward: undefined });
  assert.deepEqual(planSegments(given.slice(2), SEGMENT_BYTES), { remove: [4], copyForward: undefined });
});

test('the emptiest is copied first', () => {
  const given = [0.4, 0.1, 0.3, 1].map((share, i) => ({
    segment: i + 1,
    bytes: 1000,
    liveBytes: 1000 * share,
    complete: true,
  }));
  assert.deepEqual(planSegments(given, SEGMENT_BYTES), { remove: [], copyForward: 2 });
});
