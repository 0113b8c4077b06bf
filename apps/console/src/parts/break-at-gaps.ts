type Point = readonly [number, number | null];

/** A pause this many times longer than the usual one breaks a line. */
const LONG_PAUSE = 3;

/** Puts an empty point into every long pause, so that no line is drawn over a time about which nothing is known. */
export function breakAtGaps(points: readonly Point[]): readonly Point[] {
  if (points.length < 3) return points;
  const pauses = points.slice(1).map(([at], index) => at - points[index]![0]);
  const usual = pauses.toSorted((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? 0;
  if (usual <= 0 || pauses.every((pause) => pause <= usual * LONG_PAUSE)) return points;
  return points.flatMap((point, index) =>
    (pauses[index] ?? 0) > usual * LONG_PAUSE ? [point, [point[0] + usual, null] as const] : [point],
  );
}
