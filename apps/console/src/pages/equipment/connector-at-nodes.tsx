import { Link } from '@tanstack/react-router';
import type { NodeView } from '../../../../../contracts/views.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatNumber } from '../../parts/format-value.ts';
import { QualityMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';

/** How the equipment answers at each node that runs the connector. */
export function ConnectorAtNodes({ name, nodes }: { name: string; nodes: readonly NodeView[] }) {
  const of = (node: NodeView) => node.report?.connectors.find(({ id }) => id.endsWith(`/${name}`));
  const columns: readonly Column<NodeView>[] = [
    {
      id: 'node',
      name: 'Node',
      value: (node) => node.name,
      show: (node) => (
        <Link to="/nodes/$node" params={{ node: node.name }} search={{ tab: 'connectors' }}>
          {node.name}
        </Link>
      ),
    },
    { id: 'phase', name: 'Line', value: (node) => of(node)?.phase ?? 'unknown' },
    {
      id: 'quality',
      name: 'Quality',
      value: (node) => of(node)?.quality ?? '',
      show: (node) => {
        const seen = of(node);
        return seen === undefined ? (
          '–'
        ) : (
          <>
            <QualityMark quality={seen.quality} /> {seen.because}
          </>
        );
      },
    },
    {
      id: 'latency',
      name: 'Latency p99',
      value: (node) => of(node)?.latencyMs?.p99 ?? null,
      show: (node) => {
        const p99 = of(node)?.latencyMs?.p99;
        return p99 === undefined ? '–' : `${formatNumber(p99)} ms`;
      },
      right: true,
      wide: true,
    },
    { id: 'errors', name: 'Errors', value: (node) => of(node)?.errors ?? null, right: true },
    { id: 'reconnects', name: 'Reconnects', value: (node) => of(node)?.reconnects ?? null, right: true, wide: true },
  ];
  return (
    <Section flush>
      <DataTable
        label="nodes"
        rows={nodes}
        columns={columns}
        rowKey={(node) => node.name}
        empty={
          <Empty title="It runs nowhere">
            Once a node that its target selects has it, how the equipment answers there appears here.
          </Empty>
        }
      />
    </Section>
  );
}
