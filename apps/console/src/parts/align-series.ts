import type { AlignedData } from 'uplot';

/** Several series on the union of their times: seconds first, then one array per series, null where it has no value. */
export function alignSeries(series: readonly (readonly (readonly [number, number | null])[])[]): AlignedData {
  const times = [...new Set(series.flatMap((points) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const place = new Map(times.map((at, index) => [at, index]));
  const columns = series.map((points) => {
    const column: (number | null | undefined)[] = new Array(times.length).fill(undefined);
    for (const [at, value] of points) column[place.get(at)!] = value;
    return column;
  });
  return [times.map((at) => at / 1000), ...columns];
}
