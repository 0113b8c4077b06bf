import type { DocumentWrite } from '../../adapters/store/port.ts';
import type { Resource } from '../../contracts/resource.ts';
import { type PlannedRelease, planRelease } from '../../core/release/plan-release.ts';
import { waveSizes } from '../../core/rollout/plan-rollout.ts';
import type { Centre } from './centre.ts';
import { settledRelease, targetsOf } from './fleet.ts';
import { collections, type KeptRelease, type KeptRollout, type Mirror, type Resources, releaseKey } from './mirror.ts';

/** What a deployment's next release would be, from the given resources; a release that people went back from stays back. */
export function nextRelease(mirror: Mirror, resources: Resources, deployment: Resource<'Deployment'>): PlannedRelease {
  const latest = mirror.releases.get(deployment.name)?.at(-1) ?? null;
  const planned = planRelease({
    deployment,
    flows: [...resources.Flow.values()],
    models: [...resources.Model.values()],
    versions: [...resources.ModelVersion.values()],
    connectors: [...resources.Connector.values()],
    nodes: [...resources.Node.values()],
    sites: [...resources.Site.values()],
    latest,
  });
  const held = planned.kind === 'make' && mirror.held.get(deployment.name) === planned.digest;
  return held ? { kind: 'unchanged' } : planned;
}

/** Makes the releases that are due, and begins their rollouts. Names of the deployments that got one. */
export async function makeReleases(centre: Centre): Promise<string[]> {
  const { mirror } = centre;
  const made: string[] = [];
  for (const deployment of mirror.resources.Deployment.values()) {
    const planned = nextRelease(mirror, mirror.resources, deployment);
    if (planned.kind === 'problem') {
      const because = planned.problems.map((problem) => `${problem.where ?? ''}: ${problem.message}`).join('; ');
      mirror.releaseProblems.set(deployment.name, because);
      continue;
    }
    mirror.releaseProblems.delete(deployment.name);
    if (planned.kind === 'unchanged') continue;
    const { release, digest, body, because } = planned;
    const madeBy = await lastActor(centre, deployment.name);
    await beginRelease(centre, deployment, { deployment: deployment.name, release, digest, body, because, madeBy });
    made.push(deployment.name);
  }
  return made;
}

/** Keeps a release and begins to move the nodes to it. */
export async function beginRelease(
  centre: Centre,
  deployment: Resource<'Deployment'>,
  part: Omit<KeptRelease, 'madeAt' | 'rolledBack'>,
  held: string | null = null,
): Promise<void> {
  const { mirror } = centre;
  const { name } = deployment;
  const now = centre.ports.clock.now();
  const release: KeptRelease = { ...part, madeAt: now, rolledBack: false };
  const nodes = targetsOf(mirror.resources, deployment);
  const rollout: KeptRollout = {
    from: settledRelease(mirror.rollouts.get(name)),
    to: release.release,
    phase: 'running',
    wave: 1,
    waves: waveSizes(deployment.spec.rollout, nodes.length).length,
    startedAt: now,
    endedAt: null,
    because: release.because,
    nodes: nodes.map((node) => ({ node, phase: 'waiting', because: 'not moved yet' })),
  };
  const documents: DocumentWrite[] = [
    { collection: collections.releases, key: releaseKey(name, release.release), body: release },
    { collection: collections.rollouts, key: name, body: rollout },
    { collection: collections.held, key: name, body: held },
  ];
  await centre.commit({ actor: 'system', documents });
  mirror.releases.set(name, [...(mirror.releases.get(name) ?? []), release]);
  mirror.rollouts.set(name, rollout);
  if (held === null) mirror.held.delete(name);
  else mirror.held.set(name, held);
  centre.emit({ kind: 'release-made', deployment: name, release: release.release, because: release.because });
  centre.emit({ kind: 'rollout-started', deployment: name, release: release.release, nodes: nodes.length });
  centre.watch.publish({ kind: 'deployment', deployment: name });
}

/** Who changed something last that a release can be made of. */
async function lastActor(centre: Centre, deployment: string): Promise<string> {
  const recent = await centre.ports.store.changes({ limit: 20 });
  const relevant = recent.find(({ kind }) => kind !== 'Token' && kind !== 'AlertRule' && kind !== 'Secret');
  const own = recent.find(({ kind, name }) => kind === 'Deployment' && name === deployment);
  return (relevant ?? own)?.actor ?? 'system';
}
