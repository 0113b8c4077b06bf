import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyErrorSketch, scorePair, summariseErrors } from './error-sketch.ts';

test('error and skill of three pairs, worked by hand', () => {
  let sketch = emptyErrorSketch(['persistence']);
  sketch = scorePair(sketch, 100, 110, { persistence: 80 });
  sketch = scorePair(sketch, 200, 190, { persistence: 220 });
  sketch = scorePair(sketch, 300, 300, { persistence: 280 });
  const summary = summariseErrors(sketch);
  assert.equal(summary.count, 3);
  assert.equal(summary.mae, 20 / 3);
  assert.equal(summary.rmse, Math.sqrt(200 / 3));
  assert.equal(summary.references.persistence!.mae, 20);
  assert.equal(summary.references.persistence!.rmse, 20);
  assert.ok(Math.abs(summary.references.persistence!.skill! - (1 - Math.sqrt(200 / 3) / 20)) < 1e-12);
});

test('without pairs, or against a perfect reference, there is no skill', () => {
  assert.equal(summariseErrors(emptyErrorSketch(['a'])).references.a!.skill, null);
  assert.equal(summariseErrors(scorePair(emptyErrorSketch(['a']), 1, 2, { a: 1 })).references.a!.skill, null);
});
