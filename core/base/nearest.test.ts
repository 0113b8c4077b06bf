import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest, suggest } from './nearest.ts';

test('finds the word that was meant', () => {
  const known = ['weather/ghi', 'weather/temperature', 'battery/charge-setpoint'];
  assert.equal(nearest('weather/gih', known), 'weather/ghi');
  assert.equal(nearest('ghi', known), 'weather/ghi');
  assert.equal(nearest('Weather/GHI', known), 'weather/ghi');
  assert.equal(nearest('battery/charge-set-point', known), 'battery/charge-setpoint');
});

test('suggests nothing when nothing is near', () => {
  assert.equal(nearest('pressure', ['ghi', 'dni']), undefined);
  assert.equal(nearest('x', []), undefined);
});

test('lists the known words when they are few', () => {
  assert.equal(suggest('pressure', ['ghi', 'dni']), 'Known: ghi, dni.');
  assert.equal(suggest('gih', ['ghi', 'dni']), 'Did you mean "ghi"?');
  assert.equal(suggest('pressure', []), undefined);
});
