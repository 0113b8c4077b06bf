import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InferEffect } from '../effect.ts';
import { aModel, aRunningFlow } from '../flow-builders.ts';

test('an inference is asked for exactly when every feature is good', () => {
  const value = fc.option(fc.integer({ min: -9, max: 9 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 50 }), (rows) => {
      const { push } = aRunningFlow(
        [{ id: 'm', model: { use: 'm@champion', inputs: { X: ['a', 'b'] }, outputs: { y: 'y' } } }],
        { models: { 'm@champion': aModel(2) } },
      );
      rows.forEach(([a, b], index) => {
        const asked = [
          ...push('a', index + 1, a, a === null ? 'fault' : undefined),
          ...push('b', index + 1, b, b === null ? 'fault' : undefined),
        ] as InferEffect[];
        assert.deepEqual(
          asked.map((effect) => [...effect.inputs.X!.data]),
          a === null || b === null ? [] : [[a, b]],
        );
      });
    }),
  );
});
