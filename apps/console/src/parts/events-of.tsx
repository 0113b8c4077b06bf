import { useRoute } from '../api/use-route.ts';
import { useTimelineTail } from '../live/use-timeline-tail.ts';
import { Answered } from './answered.tsx';
import { Empty } from './empty.tsx';
import { EventList } from './event-list.tsx';
import { Section } from './section.tsx';

/** The timeline of one node or one site, with new entries as they come. */
export function EventsOf({ where }: { where: { node: string } | { site: string } }) {
  const timeline = useRoute('timeline', { query: { ...where, limit: 200 } });
  useTimelineTail();
  return (
    <Section flush>
      <Answered query={timeline}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing happened yet">
              What the nodes do and what is done to them appears here, newest first.
            </Empty>
          ) : (
            <EventList entries={items} />
          )
        }
      </Answered>
    </Section>
  );
}
