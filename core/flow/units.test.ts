import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitConversion } from './units.ts';

test('converts within a quantity, affine where the zero differs', () => {
  const convert = (value: number, from: string, to: string) => {
    const conversion = unitConversion(from, to)!;
    return Math.round((value * conversion.scale + conversion.offset) * 1e6) / 1e6;
  };
  assert.equal(convert(100, 'Cel', '[degF]'), 212);
  assert.equal(convert(32, 'degF', '°C'), 0);
  assert.equal(convert(0, 'K', 'Cel'), -273.15);
  assert.equal(convert(1500, 'W', 'kW'), 1.5);
  assert.equal(convert(36, 'km/h', 'm/s'), 10);
  assert.equal(convert(50, 'percent', '1'), 0.5);
  assert.equal(convert(2, 'bar', 'kPa'), 200);
});

test('refuses what measures something else or is not known, unless it is the same', () => {
  assert.equal(unitConversion('kW', 'kWh'), undefined);
  assert.equal(unitConversion('furlong', 'm'), undefined);
  assert.deepEqual(unitConversion('furlong', 'furlong'), { scale: 1, offset: 0 });
});
