import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferEffect } from '../effect.ts';
import { aModel, aRunningFlow, newestOf, recordsOf } from '../flow-builders.ts';

test('a threshold with hysteresis', () => {
  const { flow, push } = aRunningFlow([{ id: 'hot', when: { value: 'a', above: 10, hysteresis: 2 } }]);
  const decided = [9, 11, 9, 8.5, 8, 9, 10, 10.1].map((value, index) => {
    push('a', index + 1, value);
    return newestOf(flow, 'hot')![1];
  });
  assert.deepEqual(decided, [false, true, true, true, false, false, false, true]);
});

test('below works the other way round, and a decision says what was seen', () => {
  const { push } = aRunningFlow([{ id: 'cold', when: { value: 'a', below: 5, hysteresis: 1 } }]);
  assert.deepEqual(
    recordsOf(push('a', 1, 4), 'decision').map((r) => [r.decided, r.because]),
    [[true, 'a 4 is below 5']],
  );
  assert.deepEqual(push('a', 2, 5.5), []);
  assert.deepEqual(
    recordsOf(push('a', 3, 6), 'decision').map((r) => [r.decided, r.because]),
    [[false, 'a 6 is not below 6']],
  );
});

test('the hold time runs in source time and starts again after a false or bad value', () => {
  const { flow, push } = aRunningFlow([{ id: 'hot', when: { if: 'a > 10', for: '10m' } }]);
  push('a', 1, 11);
  push('a', 8, 11);
  push('a', 9, null, 'sensor fault');
  push('a', 10, 11);
  push('a', 19, 11);
  assert.deepEqual(newestOf(flow, 'hot'), [19, false]);
  const [decision] = recordsOf(push('a', 20, 11), 'decision');
  assert.equal(decision!.because, 'a > 10 is true, for 10m');
  assert.equal(decision!.sourceTime, 20 * 60_000);
});

test('the hold time ends without another value when source time passes it', () => {
  const { flow, push } = aRunningFlow([{ id: 'hot', when: { value: 'a', above: 10, for: '10m' } }]);
  push('a', 1, 11);
  assert.deepEqual(push('b', 11, 0), []);
  const [decision] = recordsOf(push('b', 12, 0), 'decision');
  assert.equal(decision!.sourceTime, 11 * 60_000);
  assert.deepEqual(newestOf(flow, 'hot'), [11, true]);
});

test('a bad value changes nothing that is decided', () => {
  const { flow, push } = aRunningFlow([{ id: 'hot', when: { value: 'a', above: 10, hysteresis: 5 } }]);
  push('a', 1, 11);
  assert.deepEqual(push('a', 2, null, 'sensor fault'), []);
  assert.deepEqual(push('a', 3, 6), []);
  assert.deepEqual(newestOf(flow, 'hot'), [3, true]);
  assert.equal(recordsOf(push('a', 4, 5), 'decision').length, 1);
});

test('a missing interval starts the hold time again', () => {
  const { push } = aRunningFlow([
    { id: 'h', resample: { of: 'a', every: '1h', lateness: '30d' } },
    { id: 'hot', when: { value: 'h', above: 10, for: '2h' } },
  ]);
  const decisions = [1, 2, 3, 5, 6].flatMap((hour) => recordsOf(push('a', hour * 60, 11), 'decision'));
  assert.deepEqual(decisions, []);
  assert.deepEqual(
    recordsOf(push('a', 7 * 60, 11), 'decision').map((r) => r.sourceTime / 3_600_000),
    [7],
  );
});

test('the hold time of a prediction does not end while an earlier inference is unanswered', () => {
  const { flow, push } = aRunningFlow(
    [
      { id: 'm', model: { use: 'm@champion', inputs: { X: ['a'] }, outputs: { y: 'y' } } },
      { id: 'hot', when: { value: 'm.y', above: 10, for: '10m' } },
    ],
    { models: { 'm@champion': aModel(1) } },
  );
  const answer = (effects: readonly unknown[], y: number) =>
    flow.resume((effects[0] as InferEffect).id, { outputs: { y: [y] } });
  answer(push('a', 1, 0), 11);
  const open = push('a', 5, 0);
  assert.deepEqual(push('b', 30, 0), []);
  assert.deepEqual(answer(open, 9), []);
  answer(push('a', 31, 0), 11);
  push('b', 60, 0);
  assert.deepEqual(newestOf(flow, 'hot'), [41, true]);
});

test('a value that comes after its hold time was over by the other inputs never turns time back', () => {
  const { flow, push } = aRunningFlow([
    { id: 'hot', when: { value: 'a', above: 10, for: '10m' } },
    { id: 'p', publish: { stream: 'scores', values: { hot: 'hot' } } },
  ]);
  push('a', 1, 11);
  assert.deepEqual(
    recordsOf(push('b', 30, 0), 'sample').map((r) => r.sourceTime / 60_000),
    [11],
  );
  const effects = push('a', 9, 5);
  assert.deepEqual(
    recordsOf(effects, 'decision').map((r) => r.decided),
    [false],
  );
  assert.deepEqual(recordsOf(effects, 'sample'), []);
  assert.equal(flow.counters().late, 1);
});
