import { Link } from '@tanstack/react-router';
import type { TimelineEntry } from '../../../../contracts/views.ts';
import { TimeAgo } from '../time/time-ago.tsx';
import classes from './event-list.module.css';
import { type Meaning, MeaningMark } from './meaning.tsx';

const meaningOf: { [K in TimelineEntry['severity']]: Meaning } = { info: 'info', warning: 'warning', critical: 'bad' };
const words: { [K in TimelineEntry['from']]: string } = {
  node: 'node',
  'control-plane': 'control plane',
  change: 'change',
  alarm: 'alarm',
};

/** What happened, newest first. */
export function EventList({ entries, quiet = false }: { entries: readonly TimelineEntry[]; quiet?: boolean }) {
  return (
    <ol className={classes['list']} data-quiet={quiet || undefined}>
      {entries.map((entry) => (
        <li key={entry.id}>
          <span className={classes['when']}>
            <TimeAgo at={entry.at} />
          </span>
          <span className={classes['mark']}>
            {entry.severity === 'info' ? (
              <span className={classes['from']}>{words[entry.from]}</span>
            ) : (
              <MeaningMark meaning={meaningOf[entry.severity]}>{entry.severity}</MeaningMark>
            )}
          </span>
          <span className={classes['what']}>
            {entry.sentence}
            <Where entry={entry} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Where({ entry }: { entry: TimelineEntry }) {
  if (entry.node !== null) {
    return (
      <Link to="/nodes/$node" params={{ node: entry.node }} className={classes['where']}>
        {entry.node}
      </Link>
    );
  }
  if (entry.site !== null) {
    return (
      <Link to="/sites/$site" params={{ site: entry.site }} className={classes['where']}>
        {entry.site}
      </Link>
    );
  }
  return null;
}
