import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, systemRandom } from './random.ts';

test('a seeded source repeats, in bytes, numbers and ids', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return [Buffer.from(random.bytes(5)).toString('hex'), random.number(), random.id()];
  };
  assert.deepEqual(draw(3), draw(3));
  assert.notDeepEqual(draw(3), draw(4));
});

for (const [name, random] of [
  ['system', systemRandom()],
  ['seeded', seededRandom(1)],
] as const) {
  test(`${name}: lengths, ranges and distinct ids`, () => {
    assert.equal(random.bytes(0).length, 0);
    assert.equal(random.bytes(33).length, 33);
    let sum = 0;
    for (let i = 0; i < 4000; i++) {
      const x = random.number();
      assert.ok(x >= 0 && x < 1);
      sum += x;
    }
    assert.ok(Math.abs(sum / 4000 - 0.5) < 0.05);
    const ids = new Set(Array.from({ length: 1000 }, () => random.id()));
    assert.equal(ids.size, 1000);
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  });
}
