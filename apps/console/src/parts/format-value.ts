const units: Readonly<Record<string, string>> = { 'W/m2': 'W/m²', Cel: '°C', deg: '°', '1': '' };

/** A unit as people write it, from its UCUM code. */
export function formatUnit(unit: string | undefined): string {
  return unit === undefined ? '' : (units[unit] ?? unit);
}

/** A number with as many digits as help: four significant ones, thousands apart. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

/** A value of a tag or a record, with its unit. */
export function formatValue(value: string | number | boolean | null, unit?: string): string {
  if (value === null) return '–';
  if (typeof value !== 'number') return String(value);
  const shown = formatUnit(unit);
  return shown === '' ? formatNumber(value) : `${formatNumber(value)} ${shown}`;
}

/** A size in bytes, in steps of 1024. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const steps = Math.min(Math.floor(Math.log2(bytes) / 10), 4);
  return `${formatNumber(bytes / 1024 ** steps)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][steps]}`;
}

/** A share from 0 to 1 as a percentage. */
export function formatShare(share: number): string {
  return `${(share * 100).toLocaleString('en', { maximumFractionDigits: share < 0.1 ? 1 : 0 })} %`;
}
