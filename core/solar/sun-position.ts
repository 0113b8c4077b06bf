import { AstroTime, Body, Equator, Horizon, Observer } from 'astronomy-engine';

/** J2000.0 noon, 2000-01-01T12:00:00Z, the origin of the library's time, in ms since 1970. */
const j2000Ms = 946_728_000_000;
const dayMs = 86_400_000;

export interface SunPosition {
  /** Degrees above the horizon: topocentric, geometric (without refraction). */
  elevation: number;
  /** Degrees clockwise from north. */
  azimuth: number;
  /** Cosine of the geometric zenith angle; negative when the sun is down. */
  cosZenith: number;
}

/** Returns a function of the time (ms since 1970) for one place, degrees north and east. */
export function sunPosition(latitude: number, longitude: number): (timeMs: number) => SunPosition {
  const observer = new Observer(latitude, longitude, 0);
  return (timeMs) => {
    const time = new AstroTime((timeMs - j2000Ms) / dayMs);
    const equator = Equator(Body.Sun, time, observer, true, true);
    const { altitude, azimuth } = Horizon(time, observer, equator.ra, equator.dec);
    return { elevation: altitude, azimuth, cosZenith: Math.sin((altitude * Math.PI) / 180) };
  };
}
