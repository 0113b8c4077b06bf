import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRunningFlow, newestOf } from '../flow-builders.ts';

test('the last values come oldest first, and are bad until there are enough', () => {
  const { flow, push } = aRunningFlow([{ id: 'w', window: { of: 'a', last: 3 } }]);
  push('a', 1, 10);
  push('a', 2, 20);
  assert.deepEqual(newestOf(flow, 'w'), [2, 'filling']);
  push('a', 3, 30);
  assert.deepEqual(newestOf(flow, 'w'), [3, [10, 20, 30]]);
  push('a', 4, 40);
  assert.deepEqual(newestOf(flow, 'w'), [4, [20, 30, 40]]);
});

test('lags come in the order in which they are asked for', () => {
  const { flow, push } = aRunningFlow([{ id: 'w', window: { of: 'a', lags: [0, 2] } }]);
  for (let minute = 1; minute <= 4; minute++) push('a', minute, minute);
  assert.deepEqual(newestOf(flow, 'w'), [4, [4, 2]]);
});

test('a bad value makes bad the windows that need it, and no others', () => {
  const { flow, push } = aRunningFlow([{ id: 'w', window: { of: 'a', lags: [0, 2] } }]);
  for (const [minute, value] of [
    [1, 1],
    [2, 2],
    [3, null],
    [4, 4],
    [5, 5],
    [6, 6],
  ] as const) {
    push('a', minute, value, value === null ? 'sensor fault' : undefined);
    if (minute === 3) assert.deepEqual(newestOf(flow, 'w'), [3, 'sensor fault']);
    if (minute === 4) assert.deepEqual(newestOf(flow, 'w'), [4, [4, 2]]);
    if (minute === 5) assert.deepEqual(newestOf(flow, 'w'), [5, 'sensor fault']);
  }
  assert.deepEqual(newestOf(flow, 'w'), [6, [6, 4]]);
});

test('several series by name, aligned', () => {
  const { flow, push } = aRunningFlow([{ id: 'w', window: { of: { x: 'a', y: 'b' }, last: 2 } }]);
  push('a', 1, 1);
  push('b', 1, 10);
  push('a', 2, 2);
  push('b', 2, 20);
  assert.deepEqual(newestOf(flow, 'w.x'), [2, [1, 2]]);
  assert.deepEqual(newestOf(flow, 'w.y'), [2, [10, 20]]);
});

test('a missing hour takes its place as a gap', () => {
  const { flow, push } = aRunningFlow([
    { id: 'h', resample: { of: 'a', every: '1h', lateness: '30d' } },
    { id: 'w', window: { of: 'h', lags: [0, 1] } },
  ]);
  for (const hour of [1, 2, 3, 5, 6]) {
    push('a', hour * 60, hour);
    if (hour === 3) assert.deepEqual(newestOf(flow, 'w'), [180, [3, 2]]);
    if (hour === 5) assert.deepEqual(newestOf(flow, 'w'), [300, 'gap']);
  }
  assert.deepEqual(newestOf(flow, 'w'), [360, [6, 5]]);
});

test('maxGap empties the window of a series without an interval', () => {
  const { flow, push } = aRunningFlow([{ id: 'w', window: { of: 'a', last: 2, maxGap: '5m' } }]);
  push('a', 1, 1);
  push('a', 6, 2);
  assert.deepEqual(newestOf(flow, 'w'), [6, [1, 2]]);
  push('a', 12, 3);
  assert.deepEqual(newestOf(flow, 'w'), [12, 'filling']);
});
