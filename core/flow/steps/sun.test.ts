import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearSkyGhi } from '../../solar/clear-sky.ts';
import { sunPosition } from '../../solar/sun-position.ts';
import { aRunningFlow, newestOf } from '../flow-builders.ts';

test('gives the sun at the source time plus the offset, also where the series is bad', () => {
  const { flow, push } = aRunningFlow([
    { id: 's', sun: { at: 'a', latitude: 36.1, longitude: -79.95, offset: '-30m' } },
  ]);
  const noon = Date.parse('2017-06-01T17:30:00Z') / 60_000;
  const expected = sunPosition(36.1, -79.95)((noon - 30) * 60_000);
  push('a', noon, null, 'sensor fault');
  assert.deepEqual(newestOf(flow, 's.elevation'), [noon, expected.elevation]);
  assert.deepEqual(newestOf(flow, 's.azimuth'), [noon, expected.azimuth]);
  assert.deepEqual(newestOf(flow, 's.cosZenith'), [noon, expected.cosZenith]);
  assert.deepEqual(newestOf(flow, 's.clearSky'), [noon, clearSkyGhi(expected.cosZenith)]);
  assert.ok(expected.elevation > 70);
});
