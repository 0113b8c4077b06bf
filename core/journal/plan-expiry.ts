/** Kept numbers whose age is over: those at the beginning that were journalled more than `maxAgeMs` before `now`. */
export function planExpiry(
  kept: Iterable<{ readonly number: number; readonly at: number }>,
  maxAgeMs: number,
  now: number,
): number[] {
  const expired: number[] = [];
  for (const { number, at } of kept) {
    if (at >= now - maxAgeMs) break;
    expired.push(number);
  }
  return expired;
}
