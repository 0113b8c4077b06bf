import { Link } from '@tanstack/react-router';
import type { ObservedConnector } from '../../../../../contracts/report.ts';
import type { NodeView } from '../../../../../contracts/views.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatNumber } from '../../parts/format-value.ts';
import { QualityMark } from '../../parts/marks.tsx';
import { type Meaning, MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';

const ofPhase: { [K in ObservedConnector['phase']]: Meaning } = {
  connected: 'good',
  connecting: 'moving',
  disconnected: 'bad',
};

const columns: readonly Column<ObservedConnector>[] = [
  {
    id: 'equipment',
    name: 'Equipment',
    value: ({ equipment, id }) => `${equipment} ${id}`,
    show: ({ equipment, id }) => (
      <Link to="/equipment/$connector" params={{ connector: id.split('/').at(-1) ?? '' }}>
        {equipment}
      </Link>
    ),
  },
  { id: 'protocol', name: 'Protocol', value: ({ protocol }) => protocol },
  {
    id: 'phase',
    name: 'Line',
    value: ({ phase }) => phase,
    show: ({ phase }) => <MeaningMark meaning={ofPhase[phase]}>{phase}</MeaningMark>,
  },
  {
    id: 'quality',
    name: 'Quality',
    value: ({ quality }) => quality,
    show: ({ quality, because }) => (
      <>
        <QualityMark quality={quality} /> {because}
      </>
    ),
  },
  {
    id: 'answer',
    name: 'Last answer',
    value: ({ lastAnswerAt }) => lastAnswerAt ?? null,
    show: ({ lastAnswerAt }) => (lastAnswerAt === undefined ? 'none' : <TimeAgo at={lastAnswerAt} />),
  },
  {
    id: 'p50',
    name: 'Latency p50 / p99',
    value: ({ latencyMs }) => latencyMs?.p50 ?? null,
    show: ({ latencyMs }) =>
      latencyMs === undefined ? '–' : `${formatNumber(latencyMs.p50)} / ${formatNumber(latencyMs.p99)} ms`,
    right: true,
    wide: true,
  },
  {
    id: 'scans',
    name: 'Scans',
    value: ({ scans }) => scans,
    show: ({ scans }) => scans.toLocaleString('en'),
    right: true,
    wide: true,
  },
  {
    id: 'requests',
    name: 'Requests',
    value: ({ requests }) => requests,
    show: ({ requests }) => requests.toLocaleString('en'),
    right: true,
    wide: true,
  },
  {
    id: 'errors',
    name: 'Errors',
    value: ({ errors }) => errors,
    show: ({ errors }) => errors.toLocaleString('en'),
    right: true,
    wide: true,
  },
  { id: 'reconnects', name: 'Reconnects', value: ({ reconnects }) => reconnects, right: true, wide: true },
];

/** How the equipment behind each connector answers. */
export function NodeConnectors({ node }: { node: NodeView }) {
  return (
    <Section flush>
      <DataTable
        label="connectors"
        rows={node.report?.connectors ?? []}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No connector here">
            A connector whose target selects this node reads and writes its equipment.
          </Empty>
        }
      />
    </Section>
  );
}
