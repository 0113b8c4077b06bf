import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferEffect } from '../effect.ts';
import { aModel, aRunningFlow, recordsOf } from '../flow-builders.ts';

const streams = { streams: { values: {} } };

test('publishes samples, bad ones too', () => {
  const { push } = aRunningFlow(
    [{ id: 'p', publish: { stream: 'values', values: { x: 'a', high: 'a > 1' } } }],
    {},
    streams,
  );
  const effects = push('a', 1, 2);
  assert.equal(effects[0]!.kind === 'record' && effects[0]!.stream, 'values');
  assert.deepEqual(
    recordsOf(effects, 'sample').map((r) => [r.values, r.quality]),
    [[{ x: 2, high: true }, 'good']],
  );
  assert.deepEqual(
    recordsOf(push('a', 2, null, 'fault'), 'sample').map((r) => [r.values, r.quality]),
    [[{ x: null, high: null }, 'bad']],
  );
});

test('a prediction says for when it is, of which model, and why it is bad', () => {
  const { flow, push } = aRunningFlow(
    [
      { id: 'm', model: { use: 'm@champion', inputs: { X: ['a'] }, outputs: { y: 'y' } } },
      { id: 'c', compute: { y: 'm.y + 1' } },
      { id: 'p', publish: { stream: 'values', forTime: '1h', values: { y: 'c.y' } } },
    ],
    { models: { 'm@champion': aModel(1) } },
    streams,
  );
  const [infer] = push('a', 1, 2) as InferEffect[];
  assert.deepEqual(recordsOf(flow.resume(infer!.id, { outputs: { y: [4] } }), 'prediction'), [
    {
      kind: 'prediction',
      flow: 'test',
      step: 'p',
      sourceTime: 60_000,
      forTime: 61 * 60_000,
      values: { y: 5 },
      quality: 'good',
      model: 'm:1',
    },
  ]);
  assert.deepEqual(
    recordsOf(push('a', 2, null, 'fault'), 'prediction').map((r) => [r.values, r.quality, r.because]),
    [[{ y: null }, 'bad', 'fault']],
  );
});
