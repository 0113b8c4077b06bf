/**
 * Clear-sky global horizontal irradiance, W/m2, from the cosine of the zenith angle; 0 when the sun is down.
 * B. Haurwitz, Journal of Meteorology 2 (1945) 154 and 3 (1946) 123, constants as in M. Reno, C. Hansen, J. Stein,
 * SAND2012-2389 (2012) and pvlib's `clearsky.haurwitz`.
 */
export function clearSkyGhi(cosZenith: number): number {
  return cosZenith <= 0 ? 0 : 1098 * cosZenith * Math.exp(-0.059 / cosZenith);
}
