import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prng } from './prng.ts';

test('the same seed gives the same sequence, and another seed another', () => {
  const take = (seed: number | string) => Array.from({ length: 20 }, prng(seed).next);
  assert.deepEqual(take(7), take(7));
  assert.notDeepEqual(take(7), take(8));
  assert.notDeepEqual(take(7), take(7 + 2 ** 32));
  assert.notDeepEqual(take(0.25), take(0.5));
  assert.deepEqual(take('greensboro'), take('greensboro'));
  assert.notDeepEqual(take('greensboro'), take('piedmont'));
});

test('numbers are uniform in [0, 1) and integers stay below their bound', () => {
  const random = prng(1);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const x = random.number();
    assert.ok(x >= 0 && x < 1);
    counts[Math.floor(x * 10)]! += 1;
  }
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `a tenth held ${count}`);
  const seen = new Set<number>();
  for (let i = 0; i < 1000; i++) seen.add(random.below(6));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5]);
});

test('the sequence is fixed for ever: a printed seed repeats in the next release', () => {
  const random = prng(42);
  assert.deepEqual([random.next(), random.next(), random.next()], [4114558163, 1943073612, 2082654910]);
});
