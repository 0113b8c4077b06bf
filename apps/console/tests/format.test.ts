import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatNumber, formatShare, formatValue } from '../src/parts/format-value.ts';
import { formatAge, formatDuration, formatInstant, formatMinute } from '../src/time/format-time.ts';

test('ages are said in their largest useful unit', () => {
  const now = 1_000_000_000;
  assert.equal(formatAge(now - 1000, now), 'just now');
  assert.equal(formatAge(now - 12_000, now), '12 s ago');
  assert.equal(formatAge(now - 5 * 60_000, now), '5 min ago');
  assert.equal(formatAge(now + 3 * 3_600_000, now), 'in 3 h');
  assert.equal(formatDuration(350), '350 ms');
  assert.equal(formatDuration(9 * 86_400_000), '9 d');
});

test('a time is shown in the zone that is asked for', () => {
  const at = Date.UTC(2018, 9, 14, 13, 30, 5);
  assert.equal(formatInstant(at, 'UTC'), '2018-10-14 13:30:05');
  assert.equal(formatInstant(at, 'America/Denver'), '2018-10-14 07:30:05');
  assert.equal(formatMinute(at, 'Europe/Rome'), '14 Oct 15:30');
});

test('values keep few digits and carry their unit', () => {
  assert.equal(formatNumber(1234.5), '1,235');
  assert.equal(formatNumber(0.12345), '0.123');
  assert.equal(formatValue(21.456, 'Cel'), '21.46 °C');
  assert.equal(formatValue(null, 'kW'), '–');
  assert.equal(formatValue(true), 'true');
  assert.equal(formatBytes(1536), '1.5 KiB');
  assert.equal(formatShare(0.075), '7.5 %');
});
