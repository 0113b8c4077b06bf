import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type PlanLimits,
  type PlanTag,
  planRequests,
  type RequestPlan,
  type Span,
  splitRequest,
} from './plan-requests.ts';

const limitsOf = fc.record({
  registers: fc.integer({ min: 4, max: 20 }),
  bits: fc.integer({ min: 1, max: 20 }),
  gap: fc.integer({ min: 0, max: 10 }),
});

const tagOf = (addressMax: number): fc.Arbitrary<PlanTag> =>
  fc.oneof(
    fc.record({
      table: fc.constant('holding' as const),
      address: fc.integer({ min: 0, max: addressMax }),
      count: fc.integer({ min: 1, max: 4 }),
      scaleFactor: fc.option(
        fc.record({
          table: fc.constant('holding' as const),
          address: fc.integer({ min: 0, max: addressMax }),
          count: fc.constant(1),
        }),
        { nil: undefined },
      ),
    }),
    fc.record({
      table: fc.constant('coil' as const),
      address: fc.integer({ min: 0, max: addressMax }),
      count: fc.constant(1),
    }),
  );

const clockAt: Span = { table: 'holding', address: 30, count: 2 };

function inside(outer: Span, inner: Span): boolean {
  const ends = inner.address + inner.count <= outer.address + outer.count;
  return outer.table === inner.table && inner.address >= outer.address && ends;
}

function assertCovers(plan: RequestPlan, tags: readonly PlanTag[], limits: PlanLimits, clock?: Span): void {
  const owners = plan.requests.flatMap((request) => request.tags);
  assert.deepEqual(
    owners.toSorted((a, b) => a - b),
    tags.map((_, index) => index),
    'every tag once',
  );
  for (const request of plan.requests) {
    assert.ok(request.count <= (request.table === 'coil' ? limits.bits : limits.registers), 'within the limit');
    for (const tag of request.tags) assert.ok(inside(request, tags[tag]!), 'never split');
    for (const address of request.scaleFactors) assert.ok(inside(request, { table: request.table, address, count: 1 }));
    if (request.withClock) assert.ok(inside(request, clock!), 'the clock is there');
  }
  for (const { scaleFactor } of tags) {
    if (scaleFactor === undefined) continue;
    assert.ok(plan.requests.some((r) => r.table === scaleFactor.table && r.scaleFactors.includes(scaleFactor.address)));
  }
  assert.equal(plan.clockAround, clock !== undefined && plan.requests.some((request) => !request.withClock));
}

/** Least number of requests, by trying every way to put the spans together. */
function bruteForce(spans: readonly Span[], limits: PlanLimits): number {
  let best = Number.POSITIVE_INFINITY;
  const blocks: Span[][] = [];
  const place = (at: number) => {
    if (blocks.length >= best) return;
    if (at === spans.length) {
      best = blocks.length;
      return;
    }
    for (const block of [...blocks, undefined]) {
      const target = block ?? [];
      if (block === undefined) blocks.push(target);
      target.push(spans[at]!);
      if (fits(target, spans, limits)) place(at + 1);
      target.pop();
      if (block === undefined) blocks.pop();
    }
  };
  place(0);
  return best;
}

/** Whether one request may read a block: short enough, and no run of addresses that nobody wants is too wide. */
function fits(block: readonly Span[], all: readonly Span[], limits: PlanLimits): boolean {
  const table = block[0]!.table;
  if (block.some((span) => span.table !== table)) return false;
  const from = Math.min(...block.map((span) => span.address));
  const to = Math.max(...block.map((span) => span.address + span.count));
  if (to - from > (table === 'coil' ? limits.bits : limits.registers)) return false;
  let run = 0;
  for (let at = from; at < to; at++) {
    const wanted = all.some((span) => span.table === table && at >= span.address && at < span.address + span.count);
    run = wanted ? 0 : run + 1;
    if (run > limits.gap) return false;
  }
  return true;
}

test('the plan covers everything, within the limits, and splits nothing', () => {
  fc.assert(
    fc.property(fc.array(tagOf(60), { maxLength: 25 }), limitsOf, fc.boolean(), (tags, limits, clocked) => {
      const clock = clocked ? clockAt : undefined;
      assertCovers(planRequests(tags, limits, clock), tags, limits, clock);
    }),
  );
});

test('the plan has at most 1.05 times the requests of the best one', () => {
  let planned = 0;
  let best = 0;
  fc.assert(
    fc.property(fc.array(tagOf(40), { minLength: 1, maxLength: 6 }), limitsOf, (tags, limits) => {
      const own = tags.map(({ table, address, count }): PlanTag => ({ table, address, count }));
      const plan = planRequests(own, limits).requests;
      for (const request of plan) assert.ok(fits([request], own, limits), 'no gap is too wide');
      const requests = plan.length;
      const least = bruteForce(own, limits);
      planned += requests;
      best += least;
      assert.ok(requests <= least * 1.05, `${requests} requests where ${least} do`);
    }),
    { numRuns: 300 },
  );
  assert.ok(planned <= best * 1.05);
});

test('a clock is in every request that it fits into', () => {
  fc.assert(
    fc.property(fc.array(tagOf(60), { maxLength: 12 }), limitsOf, (tags, limits) => {
      const wide = { ...limits, gap: 60 };
      const plan = planRequests(tags, wide, clockAt);
      for (const request of plan.requests.filter((one) => one.table === 'holding' && !one.withClock)) {
        const from = Math.min(request.address, clockAt.address);
        const to = Math.max(request.address + request.count, clockAt.address + clockAt.count);
        assert.ok(to - from > limits.registers, 'there was room for the clock');
      }
    }),
  );
});

test('splitting ends with every tag alone, and loses none', () => {
  fc.assert(
    fc.property(fc.array(tagOf(60), { minLength: 1, maxLength: 12 }), limitsOf, (tags, limits) => {
      let left = [...planRequests(tags, limits, clockAt).requests];
      const alone: number[] = [];
      const factors = new Set(left.flatMap((request) => request.scaleFactors));
      for (let rounds = 0; left.length > 0; rounds++) {
        assert.ok(rounds < 20, 'it ends');
        left = left.flatMap((request) => {
          const pieces = splitRequest(request, tags, limits, clockAt);
          if (pieces.length > 0) return pieces;
          assert.ok(request.tags.length <= 1);
          alone.push(...request.tags);
          for (const address of request.scaleFactors) factors.delete(address);
          return [];
        });
      }
      assert.deepEqual(
        alone.toSorted((a, b) => a - b),
        tags.map((_, index) => index),
      );
      assert.equal(factors.size, 0);
    }),
  );
});

test('weather and clock of a SunSpec map are one request', () => {
  const tags: PlanTag[] = [40_120, 40_127, 40_128].map((address) => ({ table: 'holding', address, count: 1 }));
  const plan = planRequests(
    tags,
    { registers: 125, bits: 2000, gap: 40 },
    { table: 'holding', address: 40_111, count: 2 },
  );
  assert.deepEqual(plan, {
    requests: [{ table: 'holding', address: 40_111, count: 18, tags: [0, 1, 2], scaleFactors: [], withClock: true }],
    clockAround: false,
  });
});
