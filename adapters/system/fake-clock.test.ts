import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from './fake-clock.ts';

test('timers fire in order of time, then of setting, and see their own time', async () => {
  const clock = createFakeClock(1000);
  const seen: string[] = [];
  clock.setTimer(20, () => seen.push(`b@${clock.now()}`));
  clock.setTimer(10, () => seen.push(`a@${clock.now()}`));
  clock.setTimer(20, () => seen.push(`c@${clock.now()}`));
  await clock.advance(19);
  assert.deepEqual(seen, ['a@1010']);
  assert.equal(clock.nextTimer(), 20);
  await clock.advance(1);
  assert.deepEqual(seen, ['a@1010', 'b@1020', 'c@1020']);
  assert.equal(clock.nextTimer(), undefined);
});

test('a cancelled timer does not fire', async () => {
  const clock = createFakeClock(0);
  const timer = clock.setTimer(5, () => assert.fail('it fired'));
  timer.cancel();
  timer.cancel();
  await clock.advance(10);
  assert.equal(clock.monotonic(), 10);
});

test('long chains of promises run between two timers', async () => {
  const clock = createFakeClock(0);
  const seen: string[] = [];
  const agent = async (name: string, periodMs: number) => {
    for (;;) {
      await clock.sleep(periodMs);
      for (let i = 0; i < 500; i++) await Promise.resolve();
      seen.push(`${name}@${clock.monotonic()}`);
    }
  };
  void agent('a', 10);
  void agent('b', 15);
  await clock.advance(31);
  assert.deepEqual(seen, ['a@10', 'b@15', 'a@20', 'b@30', 'a@30']);
});

test('a thousand agents give the same history twice', async () => {
  const history = async () => {
    const clock = createFakeClock(0);
    const seen: string[] = [];
    const agent = async (id: number) => {
      for (let turn = 1; ; turn++) {
        await clock.sleep(((id * 7919 + turn * 31) % 97) + 1);
        seen.push(`${id}@${clock.monotonic()}`);
      }
    };
    for (let id = 0; id < 1000; id++) void agent(id);
    await clock.advance(200);
    return seen;
  };
  const first = await history();
  assert.ok(first.length > 2000);
  assert.deepEqual(await history(), first);
});

test('sleep ends with an error when it is stopped', async () => {
  const clock = createFakeClock(0);
  const stop = new AbortController();
  const sleeping = assert.rejects(clock.sleep(1000, stop.signal), { code: 'closed' });
  stop.abort();
  await sleeping;
  assert.equal(clock.nextTimer(), undefined);
  await assert.rejects(clock.sleep(1, stop.signal), { code: 'closed' });
});

test('the wall clock jumps without moving timers', async () => {
  const clock = createFakeClock(1_000_000);
  let firedAt = 0;
  clock.setTimer(100, () => {
    firedAt = clock.now();
  });
  clock.setWall(500);
  assert.equal(clock.now(), 500);
  await clock.advance(99);
  assert.equal(firedAt, 0);
  await clock.advance(1);
  assert.equal(firedAt, 600);
  assert.equal(clock.monotonic(), 100);
});

test('two overlapping calls of advance are a bug that is caught', async () => {
  const clock = createFakeClock(0);
  const first = clock.advance(10);
  await assert.rejects(clock.advance(10), /had not finished/);
  await first;
});
