import type { Value } from './port-type.ts';

/** A value for people: at most six significant digits, or exactly so many decimals. */
export function valueText(value: Value, decimals?: number): string {
  if (typeof value === 'object') return `[${value.map((element) => valueText(element, decimals)).join(', ')}]`;
  if (typeof value !== 'number') return String(value);
  return decimals === undefined ? String(Number(value.toPrecision(6))) : value.toFixed(decimals);
}
