type Place = number[];

/**
 * Makes a ring of longitudes and latitudes continuous on a flat map. The bundled outlines are made for a globe: a ring
 * that crosses the 180th meridian jumps from one side of a flat map to the other and would be drawn across all of it.
 * Every jump is undone by going on past 180°; a ring around a pole is closed along it.
 */
export function unwrapRing(ring: readonly Place[]): Place[] {
  let turns = 0;
  const flat = ring.map(([longitude = 0, latitude = 0], index) => {
    const step = index === 0 ? 0 : longitude - (ring[index - 1]![0] ?? 0);
    if (step > 180) turns -= 1;
    else if (step < -180) turns += 1;
    return [longitude + turns * 360, latitude];
  });
  const first = flat[0];
  const last = flat.at(-1);
  if (first === undefined || last === undefined || turns === 0) return flat;
  const pole = (last[1] ?? 0) < 0 ? -90 : 90;
  return [...flat, [last[0]!, pole], [first[0]!, pole], [...first]];
}
