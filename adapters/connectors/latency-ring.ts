/** So many of the newest latencies are kept. */
const KEPT = 512;

/** The newest latencies of a connector, for percentiles; constant memory. */
export interface LatencyRing {
  add(ms: number): void;
  /** Nearest-rank percentiles, rounded to 10 µs; undefined before the first. */
  percentiles(): { p50: number; p99: number } | undefined;
}

export function createLatencyRing(): LatencyRing {
  const ring = new Float64Array(KEPT);
  let added = 0;
  const at = (sorted: Float64Array, share: number) =>
    Math.round((sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number) * 100) / 100;
  return {
    add(ms) {
      ring[added % KEPT] = ms;
      added++;
    },
    percentiles() {
      if (added === 0) return undefined;
      const sorted = ring.slice(0, Math.min(added, KEPT)).sort();
      return { p50: at(sorted, 0.5), p99: at(sorted, 0.99) };
    },
  };
}
