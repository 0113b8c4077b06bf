import { Link } from '@tanstack/react-router';
import type { NodeView } from '../../../../contracts/views.ts';
import { TimeAgo } from '../time/time-ago.tsx';
import { type Column, DataTable } from './data-table.tsx';
import { Empty } from './empty.tsx';
import { LinkButton } from './link-button.tsx';
import { HealthMark } from './marks.tsx';
import { MeaningMark } from './meaning.tsx';
import { worstFirst } from './worst-first.ts';

const columns: readonly Column<NodeView>[] = [
  {
    id: 'name',
    name: 'Node',
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/nodes/$node" params={{ node: name }}>
        {name}
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
    wide: true,
  },
  { id: 'health', name: 'Health', value: ({ health }) => health, show: ({ health }) => <HealthMark health={health} /> },
  { id: 'because', name: 'Because', value: ({ because }) => because, wide: true },
  {
    id: 'seen',
    name: 'Seen',
    value: ({ seenAt }) => seenAt,
    show: ({ seenAt, connected }) => (
      <>
        {seenAt === null ? 'never' : <TimeAgo at={seenAt} />}{' '}
        {!connected && (
          <MeaningMark meaning="unknown" plain>
            no line
          </MeaningMark>
        )}
      </>
    ),
  },
  {
    id: 'manifest',
    name: 'Manifest: desired / observed',
    value: ({ desiredManifest, observedManifest }) => observedManifest - desiredManifest,
    show: ({ desiredManifest, observedManifest, converged }) => (
      <>
        {desiredManifest} / {observedManifest}{' '}
        {!converged && (
          <MeaningMark meaning="moving" plain>
            on its way
          </MeaningMark>
        )}
      </>
    ),
    wide: true,
  },
  { id: 'agent', name: 'Agent', value: ({ report }) => report?.agentVersion ?? '', wide: true },
];

/** Nodes, desired beside observed, the worst first. */
export function NodeTable({ nodes }: { nodes: readonly NodeView[] }) {
  return (
    <DataTable
      label="nodes"
      rows={worstFirst(nodes)}
      columns={columns}
      rowKey={({ name }) => name}
      empty={
        <Empty
          title="No node yet"
          action={
            <LinkButton to="/settings" search={{ tab: 'enrol' }}>
              Enrol a node
            </LinkButton>
          }
        >
          A node is one machine at a site that runs the agent. Enrolling makes a token and the one line to run there.
        </Empty>
      }
    />
  );
}
