import type { StyleSpecification } from 'maplibre-gl';
import { feature } from 'topojson-client';
import countries from 'world-atlas/countries-110m.json';

/** Land and borders from bundled outlines (Natural Earth, 1:110 million), in the colours of the theme. */
export function createMapStyle(): StyleSpecification {
  const world = countries as unknown as Parameters<typeof feature>[0];
  const outlines = world.objects['countries'];
  if (outlines === undefined) throw new Error('the bundled outlines have no countries');
  const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return {
    version: 8,
    sources: { world: { type: 'geojson', data: feature(world, outlines) } },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': color('--o-water') } },
      { id: 'land', type: 'fill', source: 'world', paint: { 'fill-color': color('--o-land') } },
      {
        id: 'borders',
        type: 'line',
        source: 'world',
        paint: { 'line-color': color('--o-border-land'), 'line-width': 0.8 },
      },
    ],
  };
}
