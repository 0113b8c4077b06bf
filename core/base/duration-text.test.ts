import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from './duration.ts';
import { durationText } from './duration-text.ts';

test('writes what durationMs reads', () => {
  for (const text of ['250ms', '30s', '15m', '1h', '2d', '-30m']) assert.equal(durationText(durationMs(text)), text);
});
