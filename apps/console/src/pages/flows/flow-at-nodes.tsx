import { Link } from '@tanstack/react-router';
import type { ObservedWorkload } from '../../../../../contracts/report.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';

interface Row {
  node: string;
  site: string;
  workload: ObservedWorkload;
}

const columns: readonly Column<Row>[] = [
  {
    id: 'node',
    name: 'Node',
    value: ({ node }) => node,
    show: ({ node }) => (
      <Link to="/nodes/$node" params={{ node }} search={{ tab: 'workloads' }}>
        {node}
      </Link>
    ),
  },
  {
    id: 'site',
    name: 'Site',
    value: ({ site }) => site,
    show: ({ site }) => (
      <Link to="/sites/$site" params={{ site }}>
        {site}
      </Link>
    ),
  },
  {
    id: 'health',
    name: 'Health',
    value: ({ workload }) => workload.health,
    show: ({ workload }) => (
      <>
        <HealthMark health={workload.health} /> {workload.because}
      </>
    ),
  },
  {
    id: 'since',
    name: 'Since',
    value: ({ workload }) => workload.since,
    show: ({ workload }) => <TimeAgo at={workload.since} />,
  },
  { id: 'restarts', name: 'Restarts', value: ({ workload }) => workload.restarts, right: true, wide: true },
  {
    id: 'counters',
    name: 'Counters',
    value: ({ workload }) =>
      Object.entries(workload.counters ?? {})
        .map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
        .join(' · '),
    wide: true,
  },
];

/** Where a flow runs, as the nodes see it. */
export function FlowAtNodes({ flow }: { flow: string }) {
  const nodes = useRoute('nodes', { query: { limit: 1000 } });
  return (
    <Section flush>
      <Answered query={nodes}>
        {({ items }) => (
          <DataTable
            label="nodes"
            rows={items.flatMap(({ name, site, report }) =>
              (report?.workloads ?? [])
                .filter(({ id, kind }) => kind === 'flow' && id.split('/').at(-1) === flow)
                .map((workload) => ({ node: name, site, workload })),
            )}
            columns={columns}
            rowKey={({ node, workload }) => `${node} ${workload.id}`}
            empty={
              <Empty title="It runs nowhere">
                A deployment that names this flow brings it to the nodes that it selects.
              </Empty>
            }
          />
        )}
      </Answered>
    </Section>
  );
}
