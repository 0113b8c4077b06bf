import { Link } from '@tanstack/react-router';
import type { Change } from '../../../../contracts/changes.ts';
import type { Kind } from '../../../../contracts/resource.ts';
import { useRoute } from '../api/use-route.ts';
import { TimeAgo } from '../time/time-ago.tsx';
import { actorName } from './actor-name.ts';
import { Answered } from './answered.tsx';
import { type Column, DataTable } from './data-table.tsx';
import { Empty } from './empty.tsx';
import { Section } from './section.tsx';

const columns: readonly Column<Change>[] = [
  {
    id: 'number',
    name: 'Change',
    value: ({ number }) => number,
    show: ({ number }) => (
      <Link to="/changes/$number" params={{ number: String(number) }}>
        {number}
      </Link>
    ),
  },
  { id: 'at', name: 'When', value: ({ at }) => at, show: ({ at }) => <TimeAgo at={at} /> },
  { id: 'actor', name: 'Who', value: ({ actor }) => actorName(actor) },
  { id: 'what', name: 'What', value: ({ action, kind, name }) => `${action} ${kind} ${name}` },
  { id: 'because', name: 'Because', value: ({ because }) => because ?? '', wide: true },
];

/** The change log, of one resource or of everything. */
export function HistoryOf({ kind, name }: { kind?: Kind; name?: string }) {
  const changes = useRoute('changes', {
    query: { limit: 500, ...(kind === undefined ? {} : { kind }), ...(name === undefined ? {} : { name }) },
  });
  return (
    <Section flush>
      <Answered query={changes}>
        {({ items }) => (
          <DataTable
            label="changes"
            rows={items}
            columns={columns}
            rowKey={({ number }) => String(number)}
            empty={
              <Empty title="No change yet">
                Every change of a resource is kept here, who made it and when, with its undo.
              </Empty>
            }
          />
        )}
      </Answered>
    </Section>
  );
}
