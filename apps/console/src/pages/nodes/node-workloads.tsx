import { Link } from '@tanstack/react-router';
import type { ObservedWorkload } from '../../../../../contracts/report.ts';
import type { NodeView } from '../../../../../contracts/views.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';

const columns: readonly Column<ObservedWorkload>[] = [
  { id: 'id', name: 'Workload', value: ({ id }) => id, show: (workload) => <WorkloadLink workload={workload} /> },
  { id: 'phase', name: 'Phase', value: ({ phase }) => phase },
  {
    id: 'health',
    name: 'Health',
    value: ({ health }) => health,
    show: ({ health, because }) => (
      <>
        <HealthMark health={health} /> {because}
      </>
    ),
  },
  { id: 'since', name: 'Since', value: ({ since }) => since, show: ({ since }) => <TimeAgo at={since} /> },
  { id: 'runner', name: 'Runner', value: ({ runner }) => runner, wide: true },
  { id: 'restarts', name: 'Restarts', value: ({ restarts }) => restarts, right: true, wide: true },
  {
    id: 'counters',
    name: 'Counters',
    value: ({ counters }) =>
      Object.entries(counters ?? {})
        .map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
        .join(' · '),
    wide: true,
  },
  {
    id: 'digest',
    name: 'Digest',
    value: ({ digest }) => digest,
    show: ({ digest }) => <code title={digest}>{digest.slice(0, 10)}</code>,
    wide: true,
  },
];

/** What the node runs. */
export function NodeWorkloads({ node }: { node: NodeView }) {
  return (
    <Section flush>
      <DataTable
        label="workloads"
        rows={node.report?.workloads ?? []}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<Empty title="It runs nothing">Workloads come with a deployment that selects this node.</Empty>}
      />
    </Section>
  );
}

function WorkloadLink({ workload: { id, kind } }: { workload: ObservedWorkload }) {
  const name = id.split('/').at(-1) ?? '';
  return kind === 'flow' ? (
    <Link to="/flows/$flow" params={{ flow: name }}>
      {id}
    </Link>
  ) : (
    <Link to="/equipment/$connector" params={{ connector: name }}>
      {id}
    </Link>
  );
}
