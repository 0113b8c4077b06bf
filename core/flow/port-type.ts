/** What a series carries. `any` is not known before variables are resolved, and fits everything. */
export type PortKind = 'number' | 'boolean' | 'string' | 'vector' | 'any';

export interface PortType {
  readonly kind: PortKind;
  /** Values in a vector, when that is fixed. */
  readonly length?: number | undefined;
  /** UCUM code, when known. */
  readonly unit?: string | undefined;
  /** The fixed distance between two source times, when there is one. */
  readonly everyMs?: number | undefined;
}

/** One value of a series. */
export type Value = number | boolean | string | readonly number[];

/** Numbers larger than this are bad, so that sums and squares of them stay finite. */
export const magnitudeMax = 1e100;

/** Whether a number may travel through a flow: finite and not absurdly large. */
export function isUsable(value: number): boolean {
  return Math.abs(value) <= magnitudeMax;
}

/** The interval that series which are used together have in common, or none. */
export function commonInterval(types: readonly PortType[]): number | undefined {
  const first = types[0]?.everyMs;
  return types.every((type) => type.everyMs === first) ? first : undefined;
}
