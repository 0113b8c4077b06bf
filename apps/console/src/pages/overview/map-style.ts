import type { StyleSpecification } from 'maplibre-gl';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import countries from 'world-atlas/countries-110m.json';

/** Land and borders from bundled outlines (Natural Earth, 1:110 million), in the colours of the theme. */
export function createMapStyle(): StyleSpecification {
  const world = countries as unknown as Topology<{ countries: GeometryCollection }>;
  const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return {
    version: 8,
    sources: { world: { type: 'geojson', data: feature(world, world.objects.countries) } },
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
