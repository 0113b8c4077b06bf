const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration for people, in the largest unit that divides it: 3600000 → `1h`. */
export function durationText(ms: number): string {
  for (const [unit, length] of units) if (ms !== 0 && ms % length === 0) return `${ms / length}${unit}`;
  return `${ms}ms`;
}
