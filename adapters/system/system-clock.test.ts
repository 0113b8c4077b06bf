import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './system-clock.ts';

test('the system clock tells wall time and a time that never goes back', () => {
  const clock = systemClock();
  assert.ok(Math.abs(clock.now() - Date.now()) < 1000);
  const first = clock.monotonic();
  assert.ok(clock.monotonic() >= first);
});

test('a timer fires once; a cancelled one, and one beyond the longest of Node, do not fire now', async () => {
  const clock = systemClock();
  const fired: string[] = [];
  const far = clock.setTimer(60 * 86_400_000, () => fired.push('far'));
  const cancelled = clock.setTimer(0, () => fired.push('cancelled'));
  cancelled.cancel();
  clock.setTimer(0, () => fired.push('soon'));
  await clock.sleep(1);
  await clock.sleep(1);
  far.cancel();
  assert.deepEqual(fired, ['soon']);
});

test('a stopped sleep leaves no timer behind', async () => {
  const stop = new AbortController();
  const sleeping = assert.rejects(systemClock().sleep(1e9, stop.signal), { code: 'closed' });
  stop.abort();
  await sleeping;
});
