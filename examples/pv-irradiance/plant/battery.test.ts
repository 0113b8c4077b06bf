import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BatteryOrders, batteryPlant, stepBattery } from './battery.ts';
import { pvPlant, pvPower } from './pv-power.ts';

const orders: BatteryOrders = { mode: 1, chargePercent: 40, dischargePercent: 100, reservePercent: 10 };
const half = batteryPlant.capacityWh / 2;

test('it charges with what is ordered, and never with more than the sun leaves', () => {
  assert.equal(stepBattery(half, orders, 90_000, 1).powerW, 0.4 * batteryPlant.powerW);
  assert.equal(stepBattery(half, orders, 25_000, 1).powerW, 5_000);
  assert.equal(stepBattery(half, { ...orders, mode: 0 }, 90_000, 1).powerW, 0);
  assert.equal(stepBattery(batteryPlant.capacityWh, orders, 90_000, 1).condition, 'full');
});

test('it carries the load at night, down to its reserve', () => {
  const night = stepBattery(half, orders, 0, 1);
  assert.equal(night.powerW, -batteryPlant.loadW);
  assert.ok(Math.abs(night.energyWh - (half - batteryPlant.loadW / batteryPlant.efficiency)) < 1e-6);
  assert.equal(stepBattery(0.1 * batteryPlant.capacityWh, orders, 0, 1).condition, 'empty');
  assert.equal(stepBattery(half, { ...orders, mode: 3, dischargePercent: 10 }, 0, 1).powerW, -5_000);
});

test('energy stays between nothing and all, and is never made', () => {
  const percent = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: batteryPlant.capacityWh, noNaN: true }),
      fc.record({
        mode: fc.integer({ min: 0, max: 3 }),
        chargePercent: percent,
        dischargePercent: percent,
        reservePercent: percent,
      }),
      fc.double({ min: 0, max: 120_000, noNaN: true }),
      fc.constantFrom(1 / 60, 0.5, 1),
      (energyWh, some, pvW, hours) => {
        const step = stepBattery(energyWh, some, pvW, hours);
        assert.ok(step.energyWh >= 0 && step.energyWh <= batteryPlant.capacityWh);
        assert.ok(step.energyWh - energyWh <= Math.max(0, step.powerW * hours) + 1e-6);
        assert.ok(Math.abs(step.powerW) <= batteryPlant.powerW + 1e-9);
        assert.ok(step.powerW <= Math.max(0, pvW - batteryPlant.loadW) + 1e-9);
      },
    ),
  );
});

test('the inverter gives what the sun gives, up to its limit', () => {
  assert.deepEqual(pvPower(0, 10), { dcW: 0, acW: 0, cellC: 10 });
  const bright = pvPower(1000, -5);
  assert.equal(Math.round(bright.dcW), 120_000);
  assert.equal(bright.acW, pvPlant.acW);
  assert.ok(pvPower(600, 40).acW < pvPower(600, 0).acW, 'hot cells give less');
});
