import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlantEquipment, sunspecEpochMs } from './plant-equipment.ts';
import { createSunspecMap, MAP_BASE } from './sunspec-map.ts';

const row = {
  timeMs: 0,
  ghi: 800,
  dni: 700,
  dhi: 100,
  temperatureC: -3.4,
  humidity: 40,
  windSpeed: 2,
  pressureHpa: null,
};

function wordsOf(bytes: Uint8Array | null): number[] {
  assert.ok(bytes !== null);
  return Array.from({ length: bytes.length / 2 }, (_, at) => (bytes[at * 2]! << 8) | bytes[at * 2 + 1]!);
}

/** Walks the map as a SunSpec client does: "SunS", then from model to model by their lengths, to the end mark. */
function discover(map: { read(address: number, count: number): Uint8Array | null }): [id: number, length: number][] {
  assert.equal(Buffer.from(map.read(MAP_BASE, 2) ?? []).toString(), 'SunS');
  const found: [number, number][] = [];
  for (let at = MAP_BASE + 2; ; ) {
    const id = wordsOf(map.read(at, 1))[0]!;
    if (id === 0xffff) return found;
    const length = wordsOf(map.read(at + 1, 1))[0]!;
    found.push([id, length]);
    at += 2 + length;
  }
}

test('the models have the lengths that SunSpec gives them', () => {
  const lengths = [
    [1, 66],
    [122, 44],
    [103, 50],
    [124, 24],
  ];
  assert.deepEqual(discover(createPlantEquipment(true).map), [...lengths, [302, 5], [307, 11]]);
  assert.deepEqual(discover(createPlantEquipment(false).map), lengths);
});

test('clock and weather are within one request of 125 registers', () => {
  const { map } = createPlantEquipment(true);
  const clock = map.addressOf('status', 'Tms')!;
  const last = map.addressOf('weather', 'SoilWet')!;
  assert.ok(last - clock < 125 && clock < last, `${clock} to ${last}`);
});

test('what is not set is not implemented, as the type of each point says it', () => {
  const map = createSunspecMap(['inverter']);
  const words = (point: string, count: number) => wordsOf(map.read(map.addressOf('inverter', point)!, count));
  assert.deepEqual(words('A', 1), [0xffff]);
  assert.deepEqual(words('W', 2), [0x8000, 0x8000]);
  assert.deepEqual(words('Evt1', 2), [0xffff, 0xffff]);
  map.set('inverter', 'W', 40_000);
  assert.deepEqual(words('W', 1), [0x8000], 'a number that does not fit is no number');
});

test('all registers of a row change together', () => {
  const plant = createPlantEquipment(true);
  const timeMs = Date.UTC(2017, 6, 8, 14);
  plant.step(row, timeMs, 1);
  const clock = wordsOf(plant.map.read(plant.map.addressOf('status', 'Tms')!, 2));
  assert.equal(clock[0]! * 65_536 + clock[1]!, (timeMs - sunspecEpochMs) / 1000);
  assert.deepEqual(wordsOf(plant.map.read(plant.map.addressOf('irradiance', 'GHI')!, 4)), [800, 800, 100, 700]);
  const weather = wordsOf(plant.map.read(plant.map.addressOf('weather', 'TmpAmb')!, 4));
  assert.deepEqual(weather, [0x10000 - 34, 40, 0x8000, 2], 'below zero, and not measured');
});

test('only what is meant to be written can be written, within its limits', () => {
  const plant = createPlantEquipment(true);
  const setPoint = plant.map.addressOf('storage', 'InWRte')!;
  const write = (address: number, value: number) => plant.answer({ fn: 6, address, value });
  assert.deepEqual(write(setPoint, 4000), { kind: 'written' });
  assert.equal(plant.map.int16('storage', 'InWRte'), 4000);
  assert.deepEqual(write(setPoint, 10_001), { kind: 'exception', code: 3 });
  assert.deepEqual(write(setPoint, 0x10000 - 1), { kind: 'exception', code: 3 });
  assert.deepEqual(write(plant.map.addressOf('irradiance', 'GHI') ?? 0, 1), { kind: 'exception', code: 2 });
  assert.deepEqual(plant.answer({ fn: 16, address: setPoint, registers: Uint8Array.of(0, 5) }), { kind: 'written' });
  assert.deepEqual(plant.answer({ fn: 3, address: MAP_BASE - 1, count: 2 }), { kind: 'exception', code: 2 });
  assert.deepEqual(plant.answer({ fn: 4, address: MAP_BASE, count: 2 }), { kind: 'exception', code: 1 });
});
