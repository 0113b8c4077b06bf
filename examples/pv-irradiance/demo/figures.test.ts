import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordBody } from '../../../contracts/records.ts';
import type { StoredRecord } from '../../../contracts/views.ts';
import { completeness, contentDuplicates, countBetween, percentile, siteFigures } from './figures.ts';

const flow = { flow: 'pv', step: 's' };
const record = (number: number, body: RecordBody, more: Partial<StoredRecord> = {}): StoredRecord => ({
  number,
  at: number * 1000,
  body,
  node: 'n',
  stream: 'scores',
  incarnation: 'i',
  storedAt: 0,
  ...more,
});
const sample = (sourceTime: number): RecordBody => ({
  kind: 'sample',
  ...flow,
  sourceTime,
  values: {},
  quality: 'good',
});
const score = (sourceTime: number, predicted: number, truth: number, counted = true): RecordBody => ({
  kind: 'score',
  ...flow,
  sourceTime,
  predicted,
  truth,
  references: { persistence: truth + 30, smart: truth - 20 },
  counted,
  error: { count: 0, mae: 0, rmse: 0, references: {} },
});

test('errors and skill are computed from the pairs, night left out', () => {
  const figures = siteFigures([
    record(1, score(1, 110, 100)),
    record(2, score(2, 90, 100)),
    record(3, score(3, 500, 0, false)),
  ]);
  assert.equal(figures.mae, 10);
  assert.equal(figures.rmse, 10);
  assert.equal(figures.maePersistence, 30);
  assert.equal(figures.maeSmartPersistence, 20);
  assert.equal(figures.skill, 0.5);
});

test('nothing scored is unknown, not zero', () => {
  assert.deepEqual(siteFigures([]).mae, null);
  assert.deepEqual(siteFigures([]).skill, null);
  assert.deepEqual(siteFigures([]).decisionMs, { p50: null, p99: null });
});

test('a prediction without a value, a refused write and a cleared alarm are not counted', () => {
  const bodies: RecordBody[] = [
    { kind: 'prediction', ...flow, sourceTime: 1, forTime: 2, values: { ghi: null }, quality: 'bad' },
    { kind: 'prediction', ...flow, sourceTime: 2, forTime: 3, values: { ghi: 5 }, quality: 'good' },
    { kind: 'write', ...flow, sourceTime: 2, tag: 'a/b', value: 1, previous: null, outcome: 'refused', latencyMs: 4 },
    { kind: 'write', ...flow, sourceTime: 3, tag: 'a/b', value: 1, previous: null, outcome: 'written', latencyMs: 2 },
    { kind: 'alarm', ...flow, sourceTime: 3, alarm: 'x', phase: 'cleared', severity: 'info', message: '' },
  ];
  const { predictions, writes, alarms, decisionMs } = siteFigures(bodies.map((body, at) => record(at + 1, body)));
  assert.deepEqual([predictions, writes, alarms, decisionMs], [1, 1, 0, { p50: 2, p99: 4 }]);
});

test('a missing number is lost, also at the end; a number that is there twice is duplicated', () => {
  const stored = [1, 2, 4].map((number) => record(number, sample(number)));
  const stream = { stream: 'scores', incarnation: 'i', published: 5 };
  assert.deepEqual(completeness([stream], stored), { published: 5, stored: 3, lost: 2, duplicated: 0 });
  const twice = [...stored, record(4, sample(4))];
  assert.deepEqual(completeness([{ ...stream, published: 4 }], twice), {
    published: 4,
    stored: 3,
    lost: 1,
    duplicated: 1,
  });
});

test('records of another journal do not fill a gap', () => {
  const stored = [record(1, sample(1)), record(2, sample(2), { incarnation: 'other' })];
  assert.equal(completeness([{ stream: 'scores', incarnation: 'i', published: 2 }], stored).lost, 1);
});

test('the same said twice under two numbers is a duplicate; raised and cleared at one moment are not', () => {
  assert.equal(contentDuplicates([record(1, sample(7)), record(2, sample(7))]), 1);
  assert.equal(contentDuplicates([record(1, sample(7)), record(2, sample(8))]), 0);
  const alarm = (phase: 'raised' | 'cleared'): RecordBody => ({
    kind: 'alarm',
    ...flow,
    sourceTime: 7,
    alarm: 'x',
    phase,
    severity: 'info',
    message: '',
  });
  assert.equal(contentDuplicates([record(1, alarm('raised')), record(2, alarm('cleared'))]), 0);
});

test('percentiles by nearest rank, and counts by wall time', () => {
  const values = Array.from({ length: 100 }, (_none, at) => 100 - at);
  assert.deepEqual([percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.5)], [50, 99, null]);
  assert.equal(
    countBetween([record(1, sample(1)), record(2, sample(2)), record(3, sample(3))], 'sample', 1500, 2500),
    1,
  );
});
