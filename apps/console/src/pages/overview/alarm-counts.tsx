import { Link } from '@tanstack/react-router';
import type { Overview } from '../../../../../contracts/views.ts';
import { SeverityMark } from '../../parts/marks.tsx';
import classes from './overview.module.css';

/** Raised alarms by severity, the worst first. */
export function AlarmCounts({ counts }: { counts: Overview['alarms'] }) {
  return (
    <div className={classes['severities']}>
      {(['critical', 'warning', 'info'] as const).map((severity) => (
        <Link key={severity} to="/alarms">
          <b>{counts[severity].toLocaleString('en')}</b>
          <SeverityMark severity={severity} />
        </Link>
      ))}
    </div>
  );
}
