import type { DocumentWrite } from '../../adapters/store/port.ts';
import type { Resource } from '../../contracts/resource.ts';
import { planRollout, type RolloutDecision, type RolloutNode } from '../../core/rollout/plan-rollout.ts';
import type { Centre } from './centre.ts';
import { currentRelease, observedRelease, rolloutIsActive, targetsOf } from './fleet.ts';
import {
  type Assignment,
  assignmentsOf,
  collections,
  type KeptRelease,
  type KeptRollout,
  pairKey,
  releaseKey,
} from './mirror.ts';

/** Moves nodes between releases as the rollouts decide; the names of the nodes whose releases changed. */
export async function moveRollouts(centre: Centre): Promise<Set<string>> {
  const moved = new Set<string>();
  for (const deployment of centre.mirror.assignments.keys()) {
    if (centre.mirror.resources.Deployment.has(deployment)) continue;
    for (const node of await removeDeployment(centre, deployment)) moved.add(node);
  }
  for (const deployment of centre.mirror.resources.Deployment.values()) {
    for (const node of await moveRollout(centre, deployment)) moved.add(node);
  }
  return moved;
}

async function moveRollout(centre: Centre, deployment: Resource<'Deployment'>): Promise<string[]> {
  const { mirror } = centre;
  const rollout = mirror.rollouts.get(deployment.name);
  if (rollout === undefined) return [];
  const targets = targetsOf(mirror.resources, deployment);
  const changes = new Map<string, Assignment | null>();
  const assigned = assignmentsOf(mirror, deployment.name);
  const selected = new Set(targets);
  for (const node of assigned.keys()) if (!selected.has(node)) changes.set(node, null);

  if (rolloutIsActive(rollout)) {
    const now = centre.ports.clock.now();
    // The wall clock was set back: hold times begin again.
    for (const [node, assignment] of assigned) {
      if ((assignment.movedAt ?? 0) > now) assigned.set(node, { ...assignment, movedAt: now });
    }
    const nodes = targets.map((node) => rolloutNode(centre, deployment.name, node, rollout.to));
    const { rollout: policy, paused } = deployment.spec;
    const decision = planRollout({ policy, paused, from: rollout.from, to: rollout.to, nodes }, now);
    for (const node of decision.start) {
      changes.set(node, { release: rollout.to, movedAt: now, healthBefore: mirror.health.get(node)?.health ?? null });
    }
    for (const { node, to } of decision.rollBack) changes.set(node, { release: to, movedAt: null, healthBefore: null });
    await keepDecision(centre, deployment.name, rollout, decision, changes);
  } else {
    const settled = currentRelease(rollout);
    if (settled !== null && !deployment.spec.paused) {
      for (const node of targets) {
        if (!assigned.has(node)) changes.set(node, { release: settled, movedAt: null, healthBefore: null });
      }
    }
    if (changes.size > 0)
      await centre.commit({ actor: 'system', documents: assignmentWrites(deployment.name, changes) });
  }
  takeAssignments(centre, deployment.name, changes);
  return [...changes.keys()];
}

function rolloutNode(centre: Centre, deployment: string, node: string, to: number): RolloutNode {
  const { mirror, ports } = centre;
  const assignment = mirror.assignments.get(deployment)?.get(node);
  const health = mirror.health.get(node) ?? {
    health: 'unknown' as const,
    because: 'never seen',
    since: ports.clock.now(),
  };
  return {
    node,
    assigned: assignment?.release ?? null,
    observed: observedRelease(mirror, node, deployment),
    health: health.health,
    because: health.because,
    healthSince: health.since,
    movedAt: assignment?.release === to ? assignment.movedAt : null,
    healthBefore: assignment?.healthBefore ?? null,
  };
}

async function keepDecision(
  centre: Centre,
  deployment: string,
  before: KeptRollout,
  decision: RolloutDecision,
  changes: ReadonlyMap<string, Assignment | null>,
): Promise<void> {
  const { mirror, ports } = centre;
  const { phase, wave, waves, because } = decision;
  const ended = phase === 'done' || phase === 'rolled-back';
  const nodes = decision.nodes.map((node) => ({ ...node }));
  const rollout: KeptRollout = {
    ...before,
    phase,
    wave,
    waves,
    because,
    nodes,
    endedAt: ended ? ports.clock.now() : null,
  };
  if (JSON.stringify(rollout) === JSON.stringify(before) && changes.size === 0) return;
  const documents: DocumentWrite[] = [
    { collection: collections.rollouts, key: deployment, body: rollout },
    ...assignmentWrites(deployment, changes),
  ];
  const releases = mirror.releases.get(deployment) ?? [];
  const takenBack = phase === 'rolled-back' ? releases.find((one) => one.release === before.to) : undefined;
  if (takenBack !== undefined) {
    const body: KeptRelease = { ...takenBack, rolledBack: true };
    documents.push({ collection: collections.releases, key: releaseKey(deployment, takenBack.release), body });
  }
  await centre.commit({ actor: 'system', documents });
  mirror.rollouts.set(deployment, rollout);
  if (takenBack !== undefined) {
    mirror.releases.set(
      deployment,
      releases.map((one) => (one === takenBack ? { ...one, rolledBack: true } : one)),
    );
  }
  centre.watch.publish({ kind: 'deployment', deployment });
  if (phase === 'done') {
    const tookMs = ports.clock.now() - before.startedAt;
    centre.emit({ kind: 'rollout-done', deployment, release: before.to, tookMs });
  }
  if (phase === 'rolled-back') {
    centre.emit({ kind: 'rollout-rolled-back', deployment, release: before.to, to: before.from, because });
  }
}

async function removeDeployment(centre: Centre, deployment: string): Promise<string[]> {
  const { mirror } = centre;
  const nodes = [...assignmentsOf(mirror, deployment).keys()];
  const changes = new Map<string, null>(nodes.map((node) => [node, null]));
  const releases = mirror.releases.get(deployment) ?? [];
  const documents: DocumentWrite[] = [
    ...assignmentWrites(deployment, changes),
    ...releases.map(({ release }) => ({
      collection: collections.releases,
      key: releaseKey(deployment, release),
      body: null,
    })),
    { collection: collections.rollouts, key: deployment, body: null },
    { collection: collections.held, key: deployment, body: null },
  ];
  await centre.commit({ actor: 'system', documents });
  mirror.assignments.delete(deployment);
  mirror.releases.delete(deployment);
  mirror.rollouts.delete(deployment);
  mirror.held.delete(deployment);
  mirror.releaseProblems.delete(deployment);
  centre.watch.publish({ kind: 'deployment', deployment });
  return nodes;
}

function assignmentWrites(deployment: string, changes: ReadonlyMap<string, Assignment | null>): DocumentWrite[] {
  return [...changes].map(([node, body]) => ({
    collection: collections.assignments,
    key: pairKey(deployment, node),
    body,
  }));
}

function takeAssignments(centre: Centre, deployment: string, changes: ReadonlyMap<string, Assignment | null>): void {
  const kept = assignmentsOf(centre.mirror, deployment);
  for (const [node, assignment] of changes) {
    if (assignment === null) kept.delete(node);
    else kept.set(node, assignment);
  }
}
