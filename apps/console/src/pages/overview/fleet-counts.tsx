import type { Overview } from '../../../../../contracts/views.ts';
import { type Meaning, MeaningMark } from '../../parts/meaning.tsx';
import classes from './overview.module.css';

const rows: readonly { key: keyof Overview['counts']; meaning?: Meaning }[] = [
  { key: 'sites' },
  { key: 'nodes' },
  { key: 'healthy', meaning: 'good' },
  { key: 'unhealthy', meaning: 'bad' },
  { key: 'unknown', meaning: 'unknown' },
];

/** Five counts of the fleet. */
export function FleetCounts({ counts }: { counts: Overview['counts'] }) {
  return (
    <dl className={classes['counts']}>
      {rows.map(({ key, meaning }) => (
        <div key={key}>
          <dt>
            {meaning === undefined || counts[key] === 0 ? (
              key
            ) : (
              <MeaningMark meaning={meaning} plain>
                {key}
              </MeaningMark>
            )}
          </dt>
          <dd>{counts[key].toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}
