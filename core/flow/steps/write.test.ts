import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../effect.ts';
import { aRunningFlow, recordsOf } from '../flow-builders.ts';
import { unconfirmedMax } from './write.ts';

const writes = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'write' ? [effect.value] : []));
const idOf = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'write' ? [effect.id] : []))[0]!;
const aWrite = (more: object) =>
  aRunningFlow([
    { id: 'hot', when: { value: 'a', above: 10 } },
    { id: 'w', write: { tag: 'plc/out', ...more } },
  ]);

test('on change: a value that differs from the last one written', () => {
  const { push } = aWrite({ value: 'b * 2' });
  assert.deepEqual(
    [
      [1, 5],
      [2, 5],
      [3, 6],
    ].flatMap(([minute, value]) => writes(push('b', minute!, value!))),
    [10, 12],
  );
});

test('rising, falling and edge follow the condition', () => {
  const expected = {
    rising: [
      [2, 1],
      [5, 1],
    ],
    falling: [[4, 1]],
    edge: [
      [2, 1],
      [4, 1],
      [5, 1],
    ],
    every: [
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 1],
    ],
  };
  for (const [on, times] of Object.entries(expected)) {
    const { push } = aWrite({ when: 'hot', on, value: 1 });
    const seen = [9, 11, 12, 9, 11].flatMap((value, index) =>
      writes(push('a', index + 1, value)).map((written) => [index + 1, written]),
    );
    assert.deepEqual(seen, times, on);
  }
});

test('the value may follow the condition itself and the newest other values', () => {
  const { push } = aWrite({ when: 'hot', value: 'hot ? b : 0.0' });
  push('b', 1, 7);
  assert.deepEqual(
    [9, 11, 12, 9].flatMap((value, index) => writes(push('a', index + 2, value))),
    [0, 7, 0],
  );
});

test('nothing is written from a bad value', () => {
  const { flow, push } = aWrite({ when: 'hot', value: 'b' });
  assert.deepEqual(push('a', 1, 9), []);
  push('b', 2, null, 'sensor fault');
  assert.deepEqual(push('a', 2, 9), []);
  assert.equal(flow.counters().bad, 3);
});

test('limits refuse, or clamp when asked to', () => {
  const refusing = aWrite({ value: 'b', min: 0, max: 100 });
  const [record] = recordsOf(refusing.push('b', 1, 101), 'write');
  assert.deepEqual([record!.outcome, record!.because, record!.value], ['refused', 'outside 0 to 100', 101]);
  assert.deepEqual(refusing.push('b', 2, 101), []);
  assert.deepEqual(writes(refusing.push('b', 3, 100)), [100]);
  const clamping = aWrite({ value: 'b', min: 0, max: 100, outside: 'clamp' });
  assert.deepEqual(
    [
      [1, 101],
      [2, 102],
      [3, -1],
    ].flatMap(([minute, value]) => writes(clamping.push('b', minute!, value!))),
    [100, 0],
  );
});

test('the newest value waits for the minimum interval', () => {
  const { push } = aWrite({ value: 'b', minimumInterval: '10m' });
  assert.deepEqual(writes(push('b', 1, 1)), [1]);
  assert.deepEqual(push('b', 2, 2), []);
  assert.deepEqual(push('b', 3, 3), []);
  const effects = push('a', 12, 0);
  assert.deepEqual(
    effects.map((effect) => [effect.kind, effect.sourceTime / 60_000]),
    [['write', 11]],
  );
  assert.deepEqual(writes(effects), [3]);
  assert.deepEqual(push('b', 13, 4), []);
  assert.deepEqual(push('b', 14, 3), []); // Back to what stands: nothing to write any more.
  assert.deepEqual(push('a', 40, 0), []);
});

test('a dry run records what would be written', () => {
  const { push } = aWrite({ value: 'b', dryRun: true });
  const effects = push('b', 1, 7);
  assert.deepEqual(writes(effects), []);
  assert.deepEqual(
    recordsOf(effects, 'write').map((r) => [r.value, r.outcome, r.because]),
    [[7, 'refused', 'dry run']],
  );
});

test('an outcome leaves one record; a failed write is tried again with the next value', () => {
  const { flow, push } = aWrite({ value: 'b' });
  const id = idOf(push('b', 1, 7));
  const [record] = recordsOf(flow.wrote(id, { outcome: 'failed', previous: null, because: 'no answer' }, 12), 'write');
  assert.deepEqual(
    [record!.outcome, record!.because, record!.latencyMs, record!.sourceTime],
    ['failed', 'no answer', 12, 60_000],
  );
  assert.deepEqual(flow.wrote(id, { outcome: 'written', previous: 1 }), []);
  const again = push('b', 2, 7);
  assert.deepEqual(writes(again), [7]);
  assert.deepEqual(
    recordsOf(flow.wrote(idOf(again), { outcome: 'written', previous: 3 }), 'write').map((r) => [
      r.outcome,
      r.previous,
    ]),
    [['written', 3]],
  );
  assert.deepEqual(push('b', 3, 7), []);
});

test('unconfirmed writes are bounded', () => {
  const { push } = aWrite({ value: 'b' });
  const records = Array.from({ length: unconfirmedMax + 2 }, (_, index) =>
    recordsOf(push('b', index + 1, index), 'write'),
  ).flat();
  assert.deepEqual(
    records.map((r) => [r.value, r.outcome]),
    [
      [0, 'failed'],
      [1, 'failed'],
    ],
  );
});
