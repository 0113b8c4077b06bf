import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect, InferEffect } from '../effect.ts';
import { aModel, aRunningFlow, newestOf } from '../flow-builders.ts';
import { outstandingMax } from './model.ts';

const facts = { models: { 'm@champion': aModel(2), 'm:1': aModel(3) } };
const twoFeatures = { id: 'p', model: { use: 'm@champion', inputs: { X: ['a', 'b'] }, outputs: { y: 'y' } } };
const infers = (effects: readonly Effect[]) => effects.filter((effect) => effect.kind === 'infer') as InferEffect[];

test('asks for an inference on features in their order, and goes on with the answer', () => {
  const { flow, push } = aRunningFlow(
    [
      { id: 'w', window: { of: 'a', last: 2 } },
      { id: 'p', model: { use: 'm:1', inputs: { X: ['b', 'w'] }, outputs: { y: 'y' } } },
      { id: 'c', compute: { twice: 'p.y * 2' } },
    ],
    facts,
  );
  push('a', 1, 1);
  push('b', 1, 0);
  push('a', 2, 2);
  const [infer] = infers(push('b', 2, 9));
  assert.equal(infer!.model, 'm:1');
  assert.deepEqual(infer!.inputs, { X: { data: Float32Array.of(9, 1, 2), shape: [1, 3] } });
  assert.deepEqual(infer!.outputs, ['y']);
  assert.equal(newestOf(flow, 'c.twice')?.[1], 'filling');
  flow.resume(infer!.id, { outputs: { y: Float32Array.of(4) } });
  assert.deepEqual(newestOf(flow, 'c.twice'), [2, 8]);
});

test('does not run on a bad feature: the output is bad for the same reason', () => {
  const { flow, push } = aRunningFlow([twoFeatures], facts);
  push('a', 1, null, 'sensor fault');
  assert.deepEqual(push('b', 1, 1), []);
  assert.deepEqual(newestOf(flow, 'p.y'), [1, 'sensor fault']);
  push('a', 2, 1e39);
  assert.deepEqual(push('b', 2, 1), []);
  assert.deepEqual(newestOf(flow, 'p.y'), [2, 'not a finite number']);
});

test('answers leave in the order of source time, whatever order they come in', () => {
  const { flow, push } = aRunningFlow(
    [twoFeatures, { id: 'pub', publish: { stream: 'scores', values: { y: 'p.y' } } }],
    facts,
  );
  const asked = [1, 2, 3].flatMap((minute) => [...infers(push('a', minute, minute)), ...infers(push('b', minute, 0))]);
  assert.equal(asked.length, 3);
  assert.deepEqual(flow.resume(asked[2]!.id, { outputs: { y: [30] } }), []);
  push('a', 4, null, 'bad');
  push('b', 4, 0);
  assert.deepEqual(flow.resume(asked[1]!.id, { failed: 'runtime closed' }), []);
  const effects = flow.resume(asked[0]!.id, { outputs: { y: [10] } });
  assert.deepEqual(
    effects.map(
      (effect) =>
        effect.kind === 'record' && effect.body.kind === 'sample' && [effect.sourceTime / 60_000, effect.body.values.y],
    ),
    [
      [1, 10],
      [2, null],
      [3, 30],
      [4, null],
    ],
  );
});

test('an answer that is missing or not finite is bad; an unknown id is ignored', () => {
  const { flow, push } = aRunningFlow([twoFeatures], facts);
  push('a', 1, 1);
  const [first] = infers(push('b', 1, 1));
  assert.deepEqual(flow.resume(999, { outputs: { y: [1] } }), []);
  flow.resume(first!.id, { outputs: { z: [1] } });
  assert.deepEqual(newestOf(flow, 'p.y'), [1, 'the model gave no y']);
  assert.deepEqual(flow.resume(first!.id, { outputs: { y: [1] } }), []);
  push('a', 2, 1);
  flow.resume(infers(push('b', 2, 1))[0]!.id, { outputs: { y: [Number.NaN] } });
  assert.deepEqual(newestOf(flow, 'p.y'), [2, "the model's y is not a finite number"]);
});

test('unanswered inferences are bounded', () => {
  const { flow, push } = aRunningFlow([twoFeatures], facts);
  for (let minute = 1; minute <= outstandingMax + 5; minute++) {
    push('a', minute, 1);
    push('b', minute, 1);
  }
  assert.equal(flow.counters().overflow, 5);
});
