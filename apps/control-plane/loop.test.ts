import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import { createLoop } from './loop.ts';

function aLoop(run: () => Promise<void> = async () => {}) {
  const clock = createFakeClock(0);
  const runs: number[] = [];
  const errors: unknown[] = [];
  const loop = createLoop({
    clock,
    everyMs: 1000,
    gapMs: 50,
    run: async () => {
      runs.push(clock.monotonic());
      await run();
    },
    onError: (error) => errors.push(error),
  });
  return { clock, runs, errors, loop };
}

test('it runs at once, then every interval', async () => {
  const { clock, runs, loop } = aLoop();
  loop.start();
  await clock.advance(2500);
  assert.deepEqual(runs, [0, 1000, 2000]);
});

test('kicks run it at once when it waits, and once after the gap however many they were', async () => {
  const { clock, runs, loop } = aLoop();
  loop.start();
  await clock.advance(300);
  for (let i = 0; i < 10; i += 1) loop.kick();
  await clock.advance(100);
  assert.deepEqual(runs, [0, 300, 350]);
  loop.kick();
  loop.kick();
  await clock.advance(10);
  loop.kick();
  await clock.advance(100);
  assert.deepEqual(runs, [0, 300, 350, 400, 450]);
});

test('an error ends one run and is told; the next run comes', async () => {
  const { clock, runs, errors, loop } = aLoop(async () => {
    throw new Error('no');
  });
  loop.start();
  await clock.advance(1500);
  assert.deepEqual([runs.length, errors.length], [2, 2]);
});

test('stop waits for the run that is under way, and no other comes', async () => {
  let finish = () => {};
  const { clock, runs, loop } = aLoop(() => new Promise((resolve) => (finish = resolve)));
  loop.start();
  let stopped = false;
  void loop.stop().then(() => (stopped = true));
  await clock.advance(5000);
  assert.equal(stopped, false);
  finish();
  await clock.advance(5000);
  assert.deepEqual([stopped, runs.length], [true, 1]);
  loop.kick();
  await clock.advance(5000);
  assert.equal(runs.length, 1);
});
