import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPointQueue, queuedMax } from './point-queue.ts';

test('keeps order while it grows, wraps and is saved', () => {
  const queue = createPointQueue();
  let next = 0;
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 7; i++) queue.push(next, next++, undefined);
    for (let i = 0; i < 5; i++) queue.drop();
  }
  assert.equal(queue.length, 40);
  assert.deepEqual(
    Array.from({ length: 40 }, (_, index) => queue.time(index)),
    Array.from({ length: 40 }, (_, index) => 100 + index),
  );
  const copy = createPointQueue();
  copy.load(JSON.parse(JSON.stringify(queue.save())));
  assert.deepEqual(copy.save(), queue.save());
});

test('gives up the oldest when it is full, and says so', () => {
  const queue = createPointQueue();
  for (let i = 0; i < queuedMax; i++) assert.equal(queue.push(i, i, undefined), true);
  assert.equal(queue.push(queuedMax, 0, 'bad'), false);
  assert.deepEqual([queue.length, queue.time(), queue.because(queuedMax - 1)], [queuedMax, 1, 'bad']);
});
