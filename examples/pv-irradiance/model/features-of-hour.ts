import { clearSkyGhi } from '../../../core/solar/clear-sky.ts';
import { sunPosition } from '../../../core/solar/sun-position.ts';
import type { Row } from '../readers/series.ts';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The inputs of the model in their order, and the clear sky (W/m²) that its answer is multiplied by. */
export interface HourFeatures {
  readonly features: readonly number[];
  readonly clearNow: number;
  readonly clearNext: number;
}

const halfHourMs = 1_800_000;
const floor = 5;

/**
 * The formulas of card.md, computed from the rows of four hours, the newest last. Null where a value is missing, because the model
 * has no substitute for it.
 */
export function featuresOfHour(rows: readonly Row[], place: Place): HourFeatures | null {
  const hours = rows.slice(-4).reverse();
  if (hours.length < 4) return null;
  const sunAt = sunPosition(place.latitude, place.longitude);
  const value = (hour: number, quantity: 'ghi' | 'dhi' | 'temperatureC' | 'humidity' | 'pressureHpa') =>
    hours[hour]?.[quantity] ?? Number.NaN;
  const suns = hours.map((row) => sunAt(row.timeMs - halfHourMs));
  const sunNext = sunAt(hours[0]!.timeMs + halfHourMs);
  const clear = suns.map((sun) => clearSkyGhi(sun.cosZenith));
  const clearNext = clearSkyGhi(sunNext.cosZenith);
  const kc = (hour: number) => Math.min((value(hour, 'ghi') + floor) / (clear[hour]! + floor), 1.3);
  const diffuse = (hour: number) => Math.min((value(hour, 'dhi') + floor) / (clear[hour]! + floor), 1);
  const change = (quantity: 'temperatureC' | 'humidity' | 'pressureHpa', hour: number) =>
    value(0, quantity) - value(hour, quantity);
  const features = [
    kc(0),
    kc(1),
    kc(2),
    kc(3),
    Math.abs(kc(0) - kc(1)),
    diffuse(0),
    diffuse(1),
    suns[0]!.elevation,
    sunNext.elevation,
    Math.min(clear[0]! / Math.max(clearNext, 1), 3),
    change('temperatureC', 1),
    change('temperatureC', 3),
    change('humidity', 1),
    change('humidity', 3),
    change('pressureHpa', 3),
  ];
  return features.some(Number.isNaN) ? null : { features, clearNow: clear[0]!, clearNext };
}
