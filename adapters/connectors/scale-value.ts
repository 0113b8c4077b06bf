import type { TagSpec } from '../../contracts/kinds/connector.ts';
import type { Scalar } from '../../contracts/names.ts';

type Scaled = Pick<TagSpec, 'type' | 'scale' | 'offset'>;

/** A value, or why there is none. */
export type Converted = { readonly value: Scalar } | { readonly because: string };

/** Raw value → what flows see: value = raw × scale + offset for numbers, 0/1 or true/false for booleans, text for strings. */
export function scaleValue(tag: Scaled): (raw: Scalar) => Converted {
  if (tag.type === 'string') return (raw) => ({ value: String(raw) });
  if (tag.type === 'boolean') {
    return (raw) => {
      if (typeof raw === 'boolean') return { value: raw };
      if (raw === 0 || raw === 1) return { value: raw === 1 };
      const text = String(raw).toLowerCase();
      if (text === 'true' || text === 'false') return { value: text === 'true' };
      return { because: `neither true nor false: ${shown(raw)}` };
    };
  }
  const multiply = multiplier(tag.scale ?? 1);
  const offset = tag.offset ?? 0;
  return (raw) => {
    const number = typeof raw === 'number' ? raw : numberOf(raw);
    if (!Number.isFinite(number)) return { because: `not a number: ${shown(raw)}` };
    return { value: multiply(number) + offset };
  };
}

/** What flows write → raw value; the inverse of `scaleValue`. Says why a value does not fit the tag's type. */
export function unscaleValue(tag: Scaled, value: Scalar): Converted {
  if (typeof value !== tag.type) return { because: `the tag takes a ${tag.type}, not ${shown(value)}` };
  if (typeof value !== 'number') return { value };
  if (!Number.isFinite(value)) return { because: 'the value is not a finite number' };
  return { value: divider(tag.scale ?? 1)(value - (tag.offset ?? 0)) };
}

/** 3 × 0.1 is 0.30000000000000004 but 3 / 10 is 0.3: a scale that is one over an integer divides. */
function multiplier(scale: number): (n: number) => number {
  const inverse = Math.round(1 / scale);
  return 1 / inverse === scale ? (n) => n / inverse : (n) => n * scale;
}

function divider(scale: number): (n: number) => number {
  const inverse = Math.round(1 / scale);
  return 1 / inverse === scale ? (n) => n * inverse : (n) => n / scale;
}

function numberOf(raw: string | boolean): number {
  if (typeof raw === 'boolean') return raw ? 1 : 0;
  return raw.trim() === '' ? Number.NaN : Number(raw);
}

function shown(raw: Scalar): string {
  const text = JSON.stringify(raw) ?? String(raw);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
