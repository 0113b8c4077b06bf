import { Link } from '@tanstack/react-router';
import type { Change } from '../../../../../contracts/changes.ts';
import type { NodeView } from '../../../../../contracts/views.ts';
import { useRoute } from '../../api/use-route.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import { RolloutProgress } from '../deployments/rollout-progress.tsx';
import { deploymentsTouched } from './deployments-touched.ts';

const columns: readonly Column<NodeView>[] = [
  {
    id: 'node',
    name: 'Node',
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/nodes/$node" params={{ node: name }} search={{ tab: 'manifest' }}>
        {name}
      </Link>
    ),
  },
  {
    id: 'manifest',
    name: 'Manifest: desired / observed',
    value: ({ observedManifest }) => observedManifest,
    show: ({ desiredManifest, observedManifest }) => `${desiredManifest} / ${observedManifest}`,
  },
  {
    id: 'now',
    name: 'Now',
    value: ({ converged }) => String(converged),
    show: ({ connected, converged, desiredManifest, observedManifest }) =>
      !connected ? (
        <MeaningMark meaning="unknown">unknown, no line</MeaningMark>
      ) : converged && desiredManifest === observedManifest ? (
        <MeaningMark meaning="good">runs it</MeaningMark>
      ) : (
        <MeaningMark meaning="moving">on its way</MeaningMark>
      ),
  },
  { id: 'health', name: 'Health', value: ({ health }) => health, show: ({ health }) => <HealthMark health={health} /> },
  {
    id: 'seen',
    name: 'Seen',
    value: ({ seenAt }) => seenAt,
    show: ({ seenAt }) => (seenAt === null ? 'never' : <TimeAgo at={seenAt} />),
    wide: true,
  },
];

/** How far the nodes are with a change: the rollouts that it caused, and desired beside observed. Nothing is kept in the page. */
export function ChangeProgress({ changes, nodes }: { changes: readonly Change[]; nodes: readonly string[] }) {
  const deployments = useRoute('deployments', {});
  const resources = useRoute('listResources', { params: { kind: 'Deployment' }, query: { limit: 1000 } });
  const flows = useRoute('listResources', { params: { kind: 'Flow' }, query: { limit: 1000 } });
  const all = useRoute('nodes', { query: { limit: 1000 } });
  const since = Math.min(...changes.map(({ at }) => at));
  const touched = deploymentsTouched(changes, resources.data?.items ?? [], flows.data?.items ?? []);
  const rollouts = (deployments.data?.items ?? []).filter(
    ({ name, rollout }) => touched.has(name) && rollout !== null && rollout.startedAt >= since,
  );
  const reached = new Set([
    ...nodes,
    ...rollouts.flatMap(({ rollout }) => rollout?.nodes.map(({ node }) => node) ?? []),
  ]);
  const rows = (all.data?.items ?? []).filter(({ name }) => reached.has(name));
  return (
    <>
      {rollouts.map(({ name, rollout }) => (
        <div key={name}>
          <RolloutProgress rollout={rollout} />
        </div>
      ))}
      {touched.size > 0 && rollouts.length === 0 && (
        <Section title="Rollout">
          No newer rollout of {[...touched].join(', ')} has begun: nothing had to move, or a later one has not started
          yet.
        </Section>
      )}
      <Section title="Nodes" note="desired beside observed, as they report" flush>
        <DataTable
          label="nodes of the change"
          search={rows.length > 10}
          rows={rows}
          columns={columns}
          rowKey={({ name }) => name}
          empty={<p style={{ padding: '0 16px 16px', margin: 0 }}>No node has to do anything for this change.</p>}
        />
      </Section>
    </>
  );
}
