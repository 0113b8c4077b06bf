import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TagSpec } from '../../contracts/kinds/connector.ts';
import type { Reading } from './port.ts';
import { createTagSamples } from './tag-samples.ts';

const hour = Date.UTC(2026, 0, 1, 12);

function someSamples(...tags: object[]) {
  const specs = tags.map((tag, index) => TagSpec.parse({ name: `t${index}`, source: {}, ...tag }));
  return createTagSamples('plc', specs, 1000, 0);
}

const good = (value: Reading['value'], time: Reading['time'] = 'arrival', tag = 0): Reading => ({
  tag,
  value,
  quality: 'good',
  time,
});
const bad = (because: string, time: Reading['time']): Reading => ({
  tag: 0,
  value: null,
  quality: 'bad',
  because,
  time,
});

test('values are scaled, stamped and named', () => {
  const samples = someSamples({ scale: 0.1, offset: -5 }, { type: 'boolean' }, { type: 'string' });
  const taken = samples.take([good(253, hour), good(1, 'arrival', 1), good(7, 'arrival', 2)], 10, 99);
  assert.deepEqual(taken, [
    { tag: 'plc/t0', value: 20.3, quality: 'good', sourceTime: hour, timeFrom: 'source' },
    { tag: 'plc/t1', value: true, quality: 'good', sourceTime: 99, timeFrom: 'arrival' },
    { tag: 'plc/t2', value: '7', quality: 'good', sourceTime: 99, timeFrom: 'arrival' },
  ]);
});

test('a value that is no value of its type is bad, and says why', () => {
  const samples = someSamples({}, { type: 'boolean' });
  const taken = samples.take([good('12 V'), good(2, 'arrival', 1)], 0, 0);
  assert.deepEqual(
    taken.map(({ value, quality, because }) => [value, quality, because]),
    [
      [null, 'bad', 'not a number: "12 V"'],
      [null, 'bad', 'neither true nor false: 2'],
    ],
  );
});

test('the same time and value is nothing new, but keeps the tag fresh', () => {
  const samples = someSamples({});
  assert.equal(samples.take([good(1, hour)], 0, 0).length, 1);
  assert.equal(samples.take([good(1, hour)], 900, 0).length, 0);
  assert.equal(samples.nextExpiry(), 1900);
  assert.equal(samples.take([good(2, hour)], 950, 0).length, 1, 'another value');
  assert.equal(samples.take([good(2, hour + 1)], 960, 0).length, 1, 'another time');
  assert.equal(samples.take([{ ...good(2, hour + 1), quality: 'uncertain' }], 970, 0).length, 1, 'another quality');
});

test('without a time of its own every reading is new; with a deadband only what moves', () => {
  const plain = someSamples({});
  assert.equal(plain.take([good(1)], 0, 0).length + plain.take([good(1)], 1, 1).length, 2);
  const absolute = someSamples({ deadband: { absolute: 0.5 } });
  const handed = [10, 10.4, 10.5, 10.6, 10.2, 9.9].flatMap((value, at) => absolute.take([good(value)], at, at));
  assert.deepEqual(
    handed.map((sample) => sample.value),
    [10, 10.6, 9.9],
  );
  const percent = someSamples({ deadband: { percent: 10 } });
  const moved = [100, 109, 111, 101, 99].flatMap((value, at) => percent.take([good(value)], at, at));
  assert.deepEqual(
    moved.map((sample) => sample.value),
    [100, 111, 99],
  );
  assert.equal(percent.take([bad('torn', 'arrival')], 9, 9).length, 1, 'quality is never held back');
});

test('a tag that is silent goes stale once, in the time of its equipment', () => {
  const samples = someSamples({});
  samples.take([good(1, hour)], 100, 5000);
  assert.deepEqual(samples.expire(1099, 6000, 'silent'), []);
  assert.deepEqual(samples.expire(1100, 6000, 'silent'), [
    { tag: 'plc/t0', value: null, quality: 'bad', because: 'silent', sourceTime: hour + 1000, timeFrom: 'source' },
  ]);
  assert.deepEqual(samples.expire(9000, 9000, 'silent'), []);
  assert.equal(samples.nextExpiry(), Number.POSITIVE_INFINITY);
  assert.deepEqual(samples.quality(), { quality: 'bad', because: 'plc/t0: silent' });
  assert.equal(samples.take([good(1, hour)], 9100, 9100).length, 1, 'it is good again, also with its old value');
});

test('equipment that never answered has no time: nothing is handed on, the reason is shown', () => {
  const samples = someSamples({});
  assert.deepEqual(samples.expire(1000, 6000, 'refused'), []);
  assert.deepEqual(samples.take([bad('illegal address', 'unknown')], 1100, 6100), []);
  assert.deepEqual(samples.quality(), { quality: 'bad', because: 'plc/t0: illegal address' });
  assert.equal(someSamples({}).take([bad('illegal address', 'arrival')], 0, 7).length, 1);
});

test("a bad reading without a time is stamped as if the equipment's clock went on", () => {
  const samples = someSamples({});
  samples.take([good(1, hour)], 100, 0);
  samples.take([good(1, hour)], 500, 0);
  const [sample] = samples.take([bad('busy', 'unknown')], 600, 0);
  assert.deepEqual([sample?.sourceTime, sample?.timeFrom], [hour + 500, 'source']);
  assert.deepEqual(samples.take([bad('busy', 'unknown')], 700, 0), [], 'said once');
});
