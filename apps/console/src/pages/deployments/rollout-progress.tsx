import { Link } from '@tanstack/react-router';
import type { RolloutView } from '../../../../../contracts/views.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { RolloutMark } from '../../parts/marks.tsx';
import { type Meaning, MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { formatDuration } from '../../time/format-time.ts';
import { TimeAgo } from '../../time/time-ago.tsx';
import classes from './deployments.module.css';

type NodeRow = RolloutView['nodes'][number];
const ofPhase: { [K in NodeRow['phase']]: Meaning } = {
  waiting: 'paused',
  moving: 'moving',
  healthy: 'good',
  unhealthy: 'bad',
};
const order: readonly NodeRow['phase'][] = ['healthy', 'moving', 'waiting', 'unhealthy'];

const columns: readonly Column<NodeRow>[] = [
  {
    id: 'node',
    name: 'Node',
    value: ({ node }) => node,
    show: ({ node }) => (
      <Link to="/nodes/$node" params={{ node }}>
        {node}
      </Link>
    ),
  },
  {
    id: 'phase',
    name: 'Now',
    value: ({ phase }) => phase,
    show: ({ phase }) => <MeaningMark meaning={ofPhase[phase]}>{phase}</MeaningMark>,
  },
  { id: 'because', name: 'Because', value: ({ because }) => because },
];

/** How far the newest rollout is, node by node. */
export function RolloutProgress({ rollout }: { rollout: RolloutView | null }) {
  if (rollout === null) {
    return (
      <Section title="Rollout">
        <Empty title="No rollout yet">When a release is made, the nodes move to it here, wave by wave.</Empty>
      </Section>
    );
  }
  const done = rollout.nodes.filter(({ phase }) => phase === 'healthy').length;
  return (
    <Section
      title={`Rollout${rollout.from === null ? '' : ` from release ${rollout.from}`} to release ${rollout.to}`}
      note={
        <>
          {rollout.because} · started <TimeAgo at={rollout.startedAt} />
          {rollout.endedAt !== null && <>, took {formatDuration(rollout.endedAt - rollout.startedAt)}</>}
        </>
      }
      actions={<RolloutMark phase={rollout.phase} />}
      flush
    >
      <div className={classes['progress']}>
        <div
          className={classes['bar']}
          role="progressbar"
          aria-valuemin={0}
          aria-valuemax={rollout.nodes.length}
          aria-valuenow={done}
          aria-label="Nodes healthy on the new release"
        >
          {order.map((phase) => {
            const share = rollout.nodes.filter((row) => row.phase === phase).length / Math.max(1, rollout.nodes.length);
            return <i key={phase} data-phase={phase} style={{ width: `${share * 100}%` }} />;
          })}
        </div>
        <span>
          {done} of {rollout.nodes.length} healthy · wave {rollout.wave} of {rollout.waves}
        </span>
      </div>
      <DataTable
        label="nodes of the rollout"
        search={rollout.nodes.length > 10}
        rows={rollout.nodes}
        columns={columns}
        rowKey={({ node }) => node}
        empty={null}
      />
    </Section>
  );
}
