/** Where a file was measured. Latitude, longitude (east positive) and altitude are null where the file does not say (MIDC). */
export interface SeriesSite {
  readonly name: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly altitudeM: number | null;
  /** Offset from UTC of the stamps in the file; rows are already in UTC. */
  readonly utcOffsetHours: number;
}

/** The measured quantities of a row, in the order in which they are listed and exported. */
export const quantities = ['ghi', 'dni', 'dhi', 'temperatureC', 'humidity', 'windSpeed', 'pressureHpa'] as const;

export type Quantity = (typeof quantities)[number];

/**
 * One averaging interval. Irradiances in W/m², humidity in %, wind in m/s; null where the station has no good value.
 * timeMs is the END of the interval, in milliseconds UTC.
 */
export type Row = { readonly timeMs: number } & { readonly [Q in Quantity]: number | null };

/** What was dropped or mended, why, how often, and where first (the file's line). */
export interface Dropped {
  readonly why: string;
  readonly count: number;
  readonly firstAt?: string;
}

/** A file of irradiance and weather, cleaned: rows in rising time, stepMs apart except where intervals are missing. */
export interface Series {
  readonly site: SeriesSite;
  readonly stepMs: number;
  readonly rows: readonly Row[];
  readonly dropped: readonly Dropped[];
}

/** A row as its file has it: NaN where a field is empty or the column does not exist. */
export type RawRow = { readonly line: number; readonly timeMs: number } & { readonly [Q in Quantity]: number };

/** What a format's reader hands over to be cleaned. */
export interface RawSeries {
  readonly site: SeriesSite;
  readonly stepMs: number;
  readonly rows: readonly RawRow[];
}
