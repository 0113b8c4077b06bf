import type { Health } from '../../../../../contracts/report.ts';
import type { SiteView } from '../../../../../contracts/views.ts';
import classes from './site-marker.module.css';

const shapes: { [K in Health]: string } = { healthy: '✓', unhealthy: '✕', unknown: '?' };

/** The mark of a site on the map: shape and colour by health, its name beside it. */
export function createSiteMarker(site: SiteView, go: (site: string) => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = classes['marker'] ?? '';
  button.dataset['health'] = site.health;
  const mark = document.createElement('span');
  mark.className = classes['mark'] ?? '';
  mark.textContent = shapes[site.health];
  mark.ariaHidden = 'true';
  const name = document.createElement('span');
  name.textContent = site.title || site.name;
  button.append(mark, name);
  button.ariaLabel = `${site.title || site.name}, ${site.health}${site.alarms > 0 ? `, ${site.alarms} alarms` : ''}`;
  button.addEventListener('click', () => go(site.name));
  return button;
}
