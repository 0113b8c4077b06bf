import { Link } from '@tanstack/react-router';
import { useRoute } from '../../api/use-route.ts';
import { useTimelineTail } from '../../live/use-timeline-tail.ts';
import { Answered } from '../../parts/answered.tsx';
import { EventList } from '../../parts/event-list.tsx';
import { Section } from '../../parts/section.tsx';
import { useNow } from '../../time/now-provider.tsx';
import classes from './overview.module.css';

const DAY_MS = 86_400_000;
const SHOWN_MAX = 12;

/** What changed in the last day: changes by people, releases, alarms and what broke. */
export function LastDay() {
  const timeline = useRoute('timeline', { query: { limit: 200 } });
  const now = useNow();
  useTimelineTail();
  return (
    <Section title="Last 24 hours" flush actions={<Link to="/events">All events</Link>}>
      <Answered query={timeline}>
        {({ items }) => {
          const told = items.filter(
            ({ at, from, severity }) =>
              now - at < DAY_MS && (severity !== 'info' || from === 'change' || from === 'control-plane'),
          );
          return told.length === 0 ? (
            <p className={classes['quiet']} style={{ padding: '4px 16px 16px' }}>
              Nothing changed, nothing broke.
            </p>
          ) : (
            <EventList entries={told.slice(0, SHOWN_MAX)} quiet />
          );
        }}
      </Answered>
    </Section>
  );
}
