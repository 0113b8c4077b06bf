import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emptyErrorSketch, mergeErrorSketches, scorePair, summariseErrors } from './error-sketch.ts';

// Whole numbers add without rounding, so that equality is exact.
const value = fc.integer({ min: -2000, max: 2000 });
const pairs = fc.array(fc.record({ truth: value, predicted: value, a: value, b: value }), { maxLength: 50 });
const sketchOf = (list: { truth: number; predicted: number; a: number; b: number }[]) =>
  list.reduce((s, p) => scorePair(s, p.truth, p.predicted, { a: p.a, b: p.b }), emptyErrorSketch(['a', 'b']));

test('merging equals one pass, in any grouping', () => {
  fc.assert(
    fc.property(pairs, pairs, pairs, (x, y, z) => {
      const whole = sketchOf([...x, ...y, ...z]);
      assert.deepEqual(mergeErrorSketches(mergeErrorSketches(sketchOf(x), sketchOf(y)), sketchOf(z)), whole);
      assert.deepEqual(mergeErrorSketches(sketchOf(x), mergeErrorSketches(sketchOf(z), sketchOf(y))), whole);
    }),
  );
});

test('a forecast has skill 0 against itself and at most 1 against anything; RMSE is never below MAE', () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const { mae, rmse, references } = summariseErrors(sketchOf(list.map((p) => ({ ...p, a: p.predicted }))));
      assert.ok(rmse >= mae - 1e-9);
      assert.ok(references.a!.skill === null || Math.abs(references.a!.skill) < 1e-12);
      assert.ok(references.b!.skill === null || references.b!.skill <= 1);
    }),
  );
});

test('survives JSON', () => {
  fc.assert(fc.property(pairs, (list) => assert.deepEqual(JSON.parse(JSON.stringify(sketchOf(list))), sketchOf(list))));
});
