import { Body, Equator, Horizon, Observer } from 'astronomy-engine';

/** Height of the sun's centre over the horizon in degrees, geometric (no refraction), from astronomy-engine. */
export function sunElevationDeg(timeMs: number, latitude: number, longitude: number, altitudeM: number): number {
  const observer = new Observer(latitude, longitude, altitudeM);
  const time = new Date(timeMs);
  const sun = Equator(Body.Sun, time, observer, true, true);
  return Horizon(time, observer, sun.ra, sun.dec).altitude;
}
