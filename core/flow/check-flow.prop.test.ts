import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EdgeError } from '../../contracts/errors.ts';
import { FlowSpec } from '../../contracts/kinds/flow.ts';
import { checkFlow } from './check-flow.ts';
import { compileFlow } from './compile-flow.ts';
import { aModel, aSample, minuteMs } from './flow-builders.ts';
import type { FlowFacts } from './flow-facts.ts';

const facts: FlowFacts = {
  tags: {
    'plc/a': { type: 'number', unit: 'kW', writable: false },
    'plc/b': { type: 'boolean', writable: false },
    'plc/out': { type: 'number', writable: true },
  },
  models: { 'm@champion': aModel(2) },
};
// Mostly what could be meant, sometimes anything, so that both sides of the checker are met.
const mostly = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: other });
const ref = mostly(
  fc.constant('a'),
  fc.constantFrom('b', 'nowhere', 's0', 's1', 's2', 's3', 's0.x', 's1.x', 's2.y', 's3.x'),
);
const expression = mostly(
  fc.constantFrom('a', 'a * 2', 'max(a, 1)', 'b ? a : 0.0'),
  fc.oneof(
    fc.constantFrom('a > 1', 'b', 's0.x + s1.x', 's1[0]', 'a +', 'sqrt(s2)', '"x"', '1', `\${site.x} * a`),
    fc.string({ minLength: 1, maxLength: 20 }),
  ),
);
const condition = mostly(fc.constantFrom('a > 1', 'b && a < 3', 'b'), expression);
const every = mostly(fc.constantFrom('1h', '30m'), fc.constantFrom('0s', `\${every}`));
const low = mostly(fc.integer({ min: -5, max: 5 }) as fc.Arbitrary<number | string>, fc.constant(`\${limit}`));
const high = mostly(fc.integer({ min: 5, max: 9 }) as fc.Arbitrary<number | string>, fc.constant(-9));
const settings = fc.oneof(
  fc.record({ resample: fc.record({ of: ref, every, aggregate: fc.constantFrom('mean', 'last', 'count') }) }),
  fc.record({
    window: fc.record({
      of: fc.oneof(ref, fc.dictionary(fc.constantFrom('x', 'y'), ref, { minKeys: 1 })),
      last: fc.integer({ min: 1, max: 4 }),
    }),
  }),
  fc.record({ sun: fc.record({ at: ref, latitude: low, longitude: low }) }),
  fc.record({ compute: fc.dictionary(fc.constantFrom('x', 'y'), expression, { minKeys: 1 }) }),
  fc.record({
    join: fc.record({ series: fc.dictionary(fc.constantFrom('x', 'y'), ref, { minKeys: 1 }), tolerance: every }),
  }),
  fc.record({
    model: fc.record({
      use: mostly(fc.constant('m@champion'), fc.constant('n@x')),
      inputs: fc.record({
        X: mostly(fc.constant<string[]>(['a', 'a']), fc.array<string>(ref, { minLength: 1, maxLength: 3 })),
      }),
      outputs: fc.constant({ x: 'y' }),
    }),
  }),
  fc.record({
    when: fc.oneof(
      fc.record({ if: condition, for: every }),
      fc.record({ value: ref, above: low, hysteresis: fc.constant(1) }),
    ),
  }),
  fc.record({
    write: fc.record({
      tag: mostly(fc.constant('plc/out'), fc.constantFrom('plc/a', 'plc/x')),
      value: expression,
      min: low,
      max: high,
    }),
  }),
  fc.record({
    alarm: fc.record({
      when: mostly(fc.constant('b'), ref),
      message: mostly(fc.constantFrom('x', '{a} {b}'), fc.constantFrom('{s0.x}', '{nowhere}')),
    }),
  }),
  fc.record({
    publish: fc.record({
      stream: mostly(fc.constant('scores'), fc.constant('none')),
      values: fc.dictionary(fc.constantFrom('x', 'y'), expression, { minKeys: 1 }),
    }),
  }),
  fc.record({
    score: fc.record({
      prediction: ref,
      truth: ref,
      delay: fc.constant('1h'),
      references: fc.dictionary(fc.constantFrom('x', 'y'), expression),
    }),
  }),
);
const flow = fc
  .array(settings, { minLength: 1, maxLength: 5 })
  .map((steps) =>
    FlowSpec.safeParse({
      inputs: { a: { tag: 'plc/a' }, b: { tag: 'plc/b', type: 'boolean' } },
      steps: steps.map((step, index) => ({ id: `s${index}`, ...step })),
    }),
  )
  .filter((parsed) => parsed.success)
  .map((parsed) => parsed.data!);

test('the checker never throws, and every problem says where and what', () => {
  fc.assert(
    fc.property(flow, (spec) => {
      for (const problem of checkFlow(spec, facts)) {
        assert.match(problem.where!, /^(inputs|steps)/);
        assert.ok(problem.message.length > 0);
      }
    }),
    { numRuns: 500 },
  );
});

test('a flow without problems compiles and runs; one with problems is refused', () => {
  let compiled = 0;
  fc.assert(
    fc.property(flow, (spec) => {
      const resolved = !JSON.stringify(spec).includes('$' + '{');
      if (checkFlow(spec, facts).length > 0) {
        assert.throws(() => compileFlow('f', spec, facts), EdgeError);
      } else if (resolved) {
        const running = compileFlow('f', spec, facts);
        for (let minute = 1; minute < 300; minute += 7) {
          running.push(aSample({ sourceTime: minute * minuteMs, value: Math.sin(minute) * 5 }));
          running.push(aSample({ tag: 'plc/b', sourceTime: minute * minuteMs, value: minute % 2 === 0 }));
        }
        JSON.stringify(running.snapshot());
        compiled++;
      }
    }),
    { numRuns: 1000, seed: 7 },
  );
  assert.ok(compiled > 50, `only ${compiled} flows of 1000 could run`);
});
