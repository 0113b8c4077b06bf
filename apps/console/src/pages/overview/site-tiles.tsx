import { Link } from '@tanstack/react-router';
import type { SiteView } from '../../../../../contracts/views.ts';
import { HealthMark } from '../../parts/marks.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { worstFirst } from '../../parts/worst-first.ts';
import classes from './overview.module.css';

const SHOWN_MAX = 12;

/** The sites as a list, the worst first, so that the map is never the only way to see them. */
export function SiteTiles({ sites }: { sites: readonly SiteView[] }) {
  return (
    <div className={classes['tiles']}>
      {worstFirst(sites)
        .slice(0, SHOWN_MAX)
        .map((site) => (
          <Link key={site.name} to="/sites/$site" params={{ site: site.name }} className={classes['tile']}>
            <span className={classes['line']}>
              <strong>{site.title || site.name}</strong>
              <HealthMark health={site.health} />
              {site.alarms > 0 && (
                <MeaningMark meaning="warning">
                  {site.alarms} {site.alarms === 1 ? 'alarm' : 'alarms'}
                </MeaningMark>
              )}
            </span>
            <small>{site.because}</small>
          </Link>
        ))}
    </div>
  );
}
