import { useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import * as maplibre from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef, useState } from 'react';
import type { SiteView } from '../../../../../contracts/views.ts';
import { worstFirst } from '../../parts/worst-first.ts';
import { createMapStyle } from './map-style.ts';
import classes from './overview.module.css';
import { createSiteMarker } from './site-marker.ts';

/** Marks on the map at most, the worst sites first; the list of sites has all of them. */
const MARKERS_MAX = 300;

/** The sites on bundled outlines. A browser without WebGL gets none: the list below shows the same. */
export default function SiteMap({ sites }: { sites: readonly SiteView[] }) {
  const place = useRef<HTMLElement>(null);
  const map = useRef<maplibre.Map | null>(null);
  const navigate = useNavigate();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const [works] = useState(canDraw);
  const where = sites.map(({ name, latitude, longitude }) => `${name} ${latitude} ${longitude}`).join();
  const shown = sites.map(({ name, health, alarms }) => `${name} ${health} ${alarms}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `where` stands for the places of the sites
  useEffect(() => {
    if (!works || place.current === null) return;
    maplibre.setWorkerUrl(workerUrl);
    const made = new maplibre.Map({
      container: place.current,
      style: createMapStyle(),
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      maxZoom: 10,
      bounds: boundsOf(sites),
      fitBoundsOptions: { padding: { top: 48, bottom: 48, left: 48, right: 120 }, maxZoom: 5 },
    });
    made.on('error', () => undefined);
    made.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right');
    map.current = made;
    return () => {
      made.remove();
      map.current = null;
    };
  }, [works, where, scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` stands for what of the sites the marks show
  useEffect(() => {
    if (map.current === null) return;
    const go = (site: string) => void navigate({ to: '/sites/$site', params: { site } });
    const target = map.current;
    const markers = worstFirst(sites)
      .slice(0, MARKERS_MAX)
      .map((site) =>
        new maplibre.Marker({ element: createSiteMarker(site, go), anchor: 'left', offset: [-13, 0] })
          .setLngLat([site.longitude, site.latitude])
          .addTo(target),
      );
    return () => {
      for (const marker of markers) marker.remove();
    };
  }, [shown, where, scheme, works, navigate]);

  if (!works) return null;
  return <section ref={place} className={classes['map']} aria-label="Map of the sites" />;
}

function canDraw(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

function boundsOf(sites: readonly SiteView[]): [number, number, number, number] {
  const longitudes = sites.map(({ longitude }) => longitude);
  const latitudes = sites.map(({ latitude }) => latitude);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}
