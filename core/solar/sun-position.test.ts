import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearSkyGhi } from './clear-sky.ts';
import { sunPosition } from './sun-position.ts';

// I. Reda, A. Andreas, Solar Position Algorithm for Solar Radiation Applications, NREL/TP-560-34302 (2008), table A5.1:
// e0 (without refraction) 39.872046, azimuth 194.340241; zenith with refraction 50.11162.
test("agrees with NREL's reference point", () => {
  const sun = sunPosition(39.742476, -105.1786)(Date.parse('2003-10-17T12:30:30-07:00'));
  assert.ok(Math.abs(sun.elevation - 39.872046) < 0.005, `elevation ${sun.elevation}`);
  assert.ok(Math.abs(sun.azimuth - 194.340241) < 0.005, `azimuth ${sun.azimuth}`);
  assert.ok(Math.abs(90 - sun.elevation - 50.11162) < 0.05, `zenith ${90 - sun.elevation}`);
  assert.ok(Math.abs(sun.cosZenith - Math.cos((50.127954 * Math.PI) / 180)) < 1e-4);
});

// Sunrise tables give the moment when the geometric centre of the sun is 0.833 degrees below the horizon (refraction and
// half the disc): at Greenwich on 2024-06-20 that is 03:43 UTC and 20:21 UTC, to the minute.
test('agrees with the published times of sunrise and sunset', () => {
  const at = sunPosition(51.4779, 0);
  for (const time of ['2024-06-20T03:43:00Z', '2024-06-20T20:21:00Z']) {
    assert.ok(Math.abs(at(Date.parse(time)).elevation + 0.833) < 0.15, `${time}: ${at(Date.parse(time)).elevation}`);
  }
});

test('the sun stands overhead at the equator at noon of an equinox', () => {
  // Equinox of 2024-03-20 03:06 UTC; solar noon at longitude 0 is 12:07:30 UTC.
  assert.ok(sunPosition(0, 0)(Date.parse('2024-03-20T12:07:30Z')).elevation > 89.7);
});

test('clear-sky irradiance follows Haurwitz', () => {
  assert.ok(Math.abs(clearSkyGhi(1) - 1098 * Math.exp(-0.059)) < 1e-9);
  // Published in pvlib's own tests (tests/test_clearsky.py, test_haurwitz).
  const published: [elevation: number, ghi: number][] = [
    [-20, 0],
    [-0.05, 0],
    [5, 48.6298687941956],
    [10, 135.741748091813],
    [30, 487.894132885425],
    [50, 778.766689344363],
  ];
  for (const [elevation, ghi] of published) {
    const value = clearSkyGhi(Math.sin((elevation * Math.PI) / 180));
    assert.ok(Math.abs(value - ghi) < 1e-9, `${elevation}: ${value} instead of ${ghi}`);
  }
});
