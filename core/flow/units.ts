interface Unit {
  /** What is measured: only units of the same quantity convert. */
  quantity: string;
  /** In the quantity's first unit: value × scale + offset. */
  scale: number;
  offset?: number;
}

/** The units that flows convert between, by UCUM code. Any other unit must be equal to what is expected. */
const units: Readonly<Record<string, Unit>> = {
  '1': { quantity: 'ratio', scale: 1 },
  '%': { quantity: 'ratio', scale: 0.01 },
  K: { quantity: 'temperature', scale: 1 },
  Cel: { quantity: 'temperature', scale: 1, offset: 273.15 },
  '[degF]': { quantity: 'temperature', scale: 5 / 9, offset: 273.15 - (32 * 5) / 9 },
  'W/m2': { quantity: 'irradiance', scale: 1 },
  'kW/m2': { quantity: 'irradiance', scale: 1000 },
  W: { quantity: 'power', scale: 1 },
  kW: { quantity: 'power', scale: 1000 },
  MW: { quantity: 'power', scale: 1e6 },
  'W.h': { quantity: 'energy', scale: 1 },
  'kW.h': { quantity: 'energy', scale: 1000 },
  'MW.h': { quantity: 'energy', scale: 1e6 },
  V: { quantity: 'voltage', scale: 1 },
  kV: { quantity: 'voltage', scale: 1000 },
  A: { quantity: 'current', scale: 1 },
  mA: { quantity: 'current', scale: 0.001 },
  Pa: { quantity: 'pressure', scale: 1 },
  hPa: { quantity: 'pressure', scale: 100 },
  mbar: { quantity: 'pressure', scale: 100 },
  kPa: { quantity: 'pressure', scale: 1000 },
  bar: { quantity: 'pressure', scale: 100_000 },
  'm/s': { quantity: 'speed', scale: 1 },
  'km/h': { quantity: 'speed', scale: 1 / 3.6 },
  m: { quantity: 'length', scale: 1 },
  mm: { quantity: 'length', scale: 0.001 },
};

/** Common spellings that mean a UCUM code. */
const spellings: Readonly<Record<string, string>> = {
  '°C': 'Cel',
  degC: 'Cel',
  '°F': '[degF]',
  degF: '[degF]',
  percent: '%',
  'W/m²': 'W/m2',
  'W/m^2': 'W/m2',
  Wh: 'W.h',
  kWh: 'kW.h',
  MWh: 'MW.h',
};

/** value × scale + offset turns one unit into another. */
export interface Conversion {
  scale: number;
  offset: number;
}

/** How to turn a value in `from` into `to`; undefined when they measure different things or are not known. */
export function unitConversion(from: string, to: string): Conversion | undefined {
  const [source, wanted] = [spellings[from] ?? from, spellings[to] ?? to];
  if (source === wanted) return { scale: 1, offset: 0 };
  const [a, b] = [units[source], units[wanted]];
  if (a === undefined || b === undefined || a.quantity !== b.quantity) return undefined;
  return { scale: a.scale / b.scale, offset: ((a.offset ?? 0) - (b.offset ?? 0)) / b.scale };
}
