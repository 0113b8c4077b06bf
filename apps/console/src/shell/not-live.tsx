import { useFeedPhase } from '../live/live-provider.tsx';
import { MeaningMark } from '../parts/meaning.tsx';
import { formatInstant } from '../time/format-time.ts';
import classes from './not-live.module.css';

/** Says over every page that what it shows may be old, while the watch feed is lost. */
export function NotLive() {
  const { phase, since } = useFeedPhase();
  if (phase !== 'lost') return null;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div className={classes['bar']} role="status">
      <MeaningMark meaning="unknown">not live since {formatInstant(since, here).slice(11)}</MeaningMark>
      The line to the control plane is lost. The sites go on by themselves; this page connects again on its own.
    </div>
  );
}
