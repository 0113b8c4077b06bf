import type { StyleSpecification } from 'maplibre-gl';
import { feature } from 'topojson-client';
import countries from 'world-atlas/countries-110m.json';
import { unwrapRing } from './unwrap-ring.ts';

/** Land and borders from bundled outlines (Natural Earth, 1:110 million), in the colours of the theme. */
export function createMapStyle(): StyleSpecification {
  const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const border = color('--o-border-land');
  return {
    version: 8,
    sources: { world: { type: 'geojson', data: outlines() } },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': color('--o-water') } },
      { id: 'land', type: 'fill', source: 'world', paint: { 'fill-color': color('--o-land') } },
      { id: 'borders', type: 'line', source: 'world', paint: { 'line-color': border, 'line-width': 0.8 } },
    ],
  };
}

function outlines(): ReturnType<typeof feature> {
  const world = countries as unknown as Parameters<typeof feature>[0];
  const named = world.objects['countries'];
  if (named === undefined) throw new Error('the bundled outlines have no countries');
  const round = feature(world, named);
  const features = round.type === 'FeatureCollection' ? round.features : [round];
  for (const { geometry } of features) {
    if (geometry.type === 'Polygon') geometry.coordinates = geometry.coordinates.map(unwrapRing);
    if (geometry.type === 'MultiPolygon') {
      geometry.coordinates = geometry.coordinates.map((polygon) => polygon.map(unwrapRing));
    }
  }
  return round;
}
