import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRunningFlow, aSample, newestOf } from '../flow-builders.ts';
import { silentIntervalsMax } from './resample.ts';

const hourly = (more: object = {}) => aRunningFlow([{ id: 'h', resample: { of: 'a', every: '1h', ...more } }]);

test('the mean of (t − every, t] is stamped at its end, as soon as that end is reached', () => {
  const { flow, push } = hourly();
  push('a', 60, 100); // Closes the first interval, which was not watched from its beginning.
  assert.deepEqual(newestOf(flow, 'h'), [60, 'incomplete interval']);
  push('a', 90, 1);
  push('a', 119, 2);
  assert.deepEqual(newestOf(flow, 'h'), [60, 'incomplete interval']);
  push('a', 120, 6);
  assert.deepEqual(newestOf(flow, 'h'), [120, 3]);
});

test('a sample after the end closes the interval too, and belongs to the next one', () => {
  const { flow, push } = hourly();
  push('a', 60, 0);
  push('a', 70, 4);
  push('a', 121, 1000);
  assert.deepEqual(newestOf(flow, 'h'), [120, 4]);
  push('a', 180, 2000);
  assert.deepEqual(newestOf(flow, 'h'), [180, 1500]);
});

test('every aggregate', () => {
  for (const [aggregate, expected] of Object.entries({ mean: 3, last: 5, min: 1, max: 5, sum: 9, count: 3 })) {
    const { flow, push } = hourly({ aggregate });
    push('a', 60, 0);
    push('a', 80, 3);
    push('a', 90, 1);
    push('a', 120, 5);
    assert.deepEqual(newestOf(flow, 'h'), [120, expected], aggregate);
  }
});

test('the share of good samples decides, and so does their number', () => {
  const { flow, push } = hourly({ minimumGood: 0.5, minimumSamples: 2 });
  push('a', 60, 0);
  push('a', 70, 4);
  push('a', 80, 8);
  push('a', 90, null, 'timeout');
  push('a', 120, null, 'timeout');
  assert.deepEqual(newestOf(flow, 'h'), [120, 6]);
  push('a', 130, 4);
  push('a', 140, null, 'timeout');
  push('a', 180, null, 'timeout');
  assert.deepEqual(newestOf(flow, 'h'), [180, 'too few good samples']);
  push('a', 240, 4);
  assert.deepEqual(newestOf(flow, 'h'), [240, 'too few good samples']);
  push('a', 300, null, 'timeout');
  assert.deepEqual(newestOf(flow, 'h'), [300, 'timeout']);
});

test('a silent input does not hold the flow up for longer than its lateness', () => {
  const { flow, push } = hourly({ lateness: '10m' });
  push('a', 60, 0);
  push('a', 100, 7);
  push('b', 130, 0);
  assert.deepEqual(newestOf(flow, 'h'), [60, 'incomplete interval']);
  push('b', 131, 0);
  assert.deepEqual(newestOf(flow, 'h'), [120, 7]);
  push('b', 191, 0);
  assert.deepEqual(newestOf(flow, 'h'), [180, 'gap']);
  push('a', 170, 3); // Its interval is gone.
  assert.equal(flow.counters().late, 1);
  push('a', 240, 5);
  assert.deepEqual(newestOf(flow, 'h'), [240, 5]);
});

test('wall time closes intervals too, where samples are stamped on arrival', () => {
  for (const [timeFrom, expected] of [
    ['arrival', [120, 7]],
    ['source', [60, 'incomplete interval']],
  ] as const) {
    const { flow } = hourly({ lateness: '0s' });
    flow.push(aSample({ sourceTime: 60 * 60_000, timeFrom }));
    flow.push(aSample({ sourceTime: 100 * 60_000, value: 7, timeFrom }));
    flow.advance(121 * 60_000);
    assert.deepEqual(newestOf(flow, 'h'), expected);
  }
});

test('a long silence gives a bounded number of gaps, and the first interval after it is incomplete', () => {
  const { flow, push } = hourly();
  push('a', 60, 0);
  push('a', 120, 0);
  push('a', 60 * 10_000, 1);
  assert.equal(flow.counters().gaps, silentIntervalsMax);
  assert.deepEqual(newestOf(flow, 'h'), [60 * 10_000, 'incomplete interval']);
  push('a', 60 * 10_001, 1);
  assert.deepEqual(newestOf(flow, 'h'), [60 * 10_001, 1]);
});

test('the phase shifts the ends of the intervals', () => {
  const { flow, push } = hourly({ phase: '45m' });
  push('a', 45, 0);
  push('a', 75, 2);
  push('a', 105, 4);
  assert.deepEqual(newestOf(flow, 'h'), [105, 3]);
});
