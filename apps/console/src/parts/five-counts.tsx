import type { Counts } from '../../../../contracts/views.ts';
import classes from './five-counts.module.css';
import type { Meaning } from './meaning.tsx';
import { MeaningMark } from './meaning.tsx';

const rows: readonly { key: keyof Counts; meaning?: Meaning; about: string }[] = [
  { key: 'target', about: 'Nodes that the deployment selects' },
  { key: 'actual', about: 'Nodes that accepted a manifest with the current release' },
  { key: 'healthy', meaning: 'good', about: 'Nodes that say that they are well' },
  { key: 'unhealthy', meaning: 'bad', about: 'Nodes that say that something fails' },
  { key: 'unknown', meaning: 'unknown', about: 'Nodes not seen lately' },
];

/** The five counts of a deployment: what is asked for beside what is observed. */
export function FiveCounts({ counts, large = false }: { counts: Counts; large?: boolean }) {
  return (
    <dl className={classes['counts']} data-large={large || undefined}>
      {rows.map(({ key, meaning, about }) => (
        <div key={key} title={about}>
          <dt>
            {meaning !== undefined && counts[key] > 0 ? (
              <MeaningMark meaning={meaning} plain>
                {key}
              </MeaningMark>
            ) : (
              key
            )}
          </dt>
          <dd>{counts[key].toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}
