import { Link } from '@tanstack/react-router';
import type { Plan, PlannedNode } from '../../../../../contracts/changes.ts';
import { sayStep } from '../../../../../core/base/say-event.ts';
import { formatBytes } from '../../parts/format-value.ts';
import { MeaningMark } from '../../parts/meaning.tsx';
import classes from './changes.module.css';
import { FieldDiff } from './field-diff.tsx';

const NODES_SHOWN_MAX = 100;

/** What a change would do, made by the same functions that will do it. */
export function PlanView({ plan }: { plan: Plan }) {
  const changed = plan.changes.filter(({ action }) => action !== 'unchanged');
  const writes = [...new Set(plan.nodes.flatMap(({ writes: tags }) => tags))];
  const moved = plan.nodes.filter(({ steps, problem }) => steps.length > 0 || problem !== null);
  return (
    <div className={classes['plan']}>
      {plan.problems.map(({ where, message, hint }) => (
        <div key={`${where} ${message}`} className={classes['problem']}>
          <MeaningMark meaning="bad">problem</MeaningMark>
          <span>
            {where !== undefined && <code>{where}</code>} {message}
            {hint !== undefined && <small>{hint}</small>}
          </span>
        </div>
      ))}
      {changed.length === 0 && plan.problems.length === 0 && (
        <p className={classes['calm']}>Nothing would change: it is already so.</p>
      )}
      {changed.length > 0 && (
        <>
          <dl className={classes['facts']}>
            <Fact label="changes" value={changed.length} />
            <Fact label="nodes that act" value={moved.length} />
            <Fact label="download in all" value={formatBytes(plan.downloadBytes)} />
            <Fact label="newly writable tags" value={writes.length} warn={writes.length > 0} />
          </dl>
          {writes.length > 0 && (
            <div className={classes['problem']}>
              <MeaningMark meaning="warning">new writes</MeaningMark>
              <span>
                Nodes would be allowed to write{' '}
                {writes.map((tag) => (
                  <code key={tag}>{tag} </code>
                ))}
              </span>
            </div>
          )}
          {plan.rollouts.map(({ deployment, from, nodes, waves, because }) => (
            <div key={deployment} className={classes['problem']}>
              <MeaningMark meaning="moving">rollout</MeaningMark>
              <span>
                <Link to="/deployments/$deployment" params={{ deployment }}>
                  {deployment}
                </Link>{' '}
                {from === null ? 'gets its first release' : `moves on from release ${from}`} at {nodes}{' '}
                {nodes === 1 ? 'node' : 'nodes'} in {waves} {waves === 1 ? 'wave' : 'waves'}: {because}
              </span>
            </div>
          ))}
          <h3>Changed fields</h3>
          {changed.map((change) => (
            <FieldDiff key={`${change.kind} ${change.name}`} change={change} />
          ))}
          <h3>What the nodes would do</h3>
          {moved.length === 0 && <p className={classes['calm']}>No node has to do anything.</p>}
          {moved.slice(0, NODES_SHOWN_MAX).map((node, index) => (
            <NodeSteps key={node.node} node={node} open={index < 2} />
          ))}
          {moved.length > NODES_SHOWN_MAX && (
            <p className={classes['calm']}>and {moved.length - NODES_SHOWN_MAX} more nodes</p>
          )}
        </>
      )}
    </div>
  );
}

function Fact({ label, value, warn = false }: { label: string; value: string | number; warn?: boolean }) {
  return (
    <div data-warn={warn}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function NodeSteps({ node, open }: { node: PlannedNode; open: boolean }) {
  return (
    <details className={classes['node']} open={open}>
      <summary>
        <strong>{node.node}</strong> <span>at {node.site}</span>
        <span>
          {node.steps.length} {node.steps.length === 1 ? 'step' : 'steps'}
        </span>
        {node.problem !== null && <MeaningMark meaning="bad">keeps what it has</MeaningMark>}
      </summary>
      <p>{node.problem ?? node.because}</p>
      <ol>
        {node.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the order
          <li key={index}>
            {sayStep(step)} <small>because {step.because}</small>
          </li>
        ))}
      </ol>
    </details>
  );
}
