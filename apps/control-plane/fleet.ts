import type { Labels } from '../../contracts/names.ts';
import type { Resource } from '../../contracts/resource.ts';
import { effectiveLabels, type Selectable, selects } from '../../core/compile/select-nodes.ts';
import type { Release } from '../../core/release/release.ts';
import type { KeptRollout, Mirror, Resources } from './mirror.ts';

/** A node as selectors look at it. */
export function selectable(
  resources: Pick<Resources, 'Site'>,
  node: Resource<'Node'>,
): Selectable & { labels: Labels } {
  const labels = effectiveLabels(node, resources.Site.get(node.spec.site));
  return { name: node.name, site: node.spec.site, labels };
}

/** Names of the nodes that a deployment selects, in order. */
export function targetsOf(resources: Pick<Resources, 'Site' | 'Node'>, deployment: Resource<'Deployment'>): string[] {
  const chosen: string[] = [];
  for (const node of resources.Node.values()) {
    if (selects(deployment.spec.target, selectable(resources, node))) chosen.push(node.name);
  }
  return chosen.sort();
}

/** The release that a node which joins now should get: the last one that went out whole. */
export function settledRelease(rollout: KeptRollout | undefined): number | null {
  if (rollout === undefined) return null;
  return rollout.phase === 'done' ? rollout.to : rollout.from;
}

/** The release that people mean by the present one: the one that goes out, unless it was taken back. */
export function currentRelease(rollout: KeptRollout | undefined): number | null {
  if (rollout === undefined) return null;
  return rollout.phase === 'rolled-back' ? rollout.from : rollout.to;
}

export function rolloutIsActive(rollout: KeptRollout | undefined): rollout is KeptRollout {
  return rollout !== undefined && (rollout.phase === 'running' || rollout.phase === 'paused');
}

/** The releases that a node should run now, one for each deployment that selects it. */
export function releasesOfNode(mirror: Mirror, node: string): Release[] {
  const releases: Release[] = [];
  for (const [deployment, nodes] of mirror.assignments) {
    const assigned = nodes.get(node)?.release;
    const release = mirror.releases.get(deployment)?.find((one) => one.release === assigned);
    if (release !== undefined) releases.push(release);
  }
  return releases.sort((a, b) => (a.deployment < b.deployment ? -1 : 1));
}

/** The release of a deployment that a node says it runs: accepted, and everything of it there. */
export function observedRelease(mirror: Mirror, node: string, deployment: string): number | null {
  const report = mirror.reports.get(node)?.report;
  if (report === undefined || !report.converged) return null;
  const manifest = mirror.manifests.get(node)?.history.find((one) => one.number === report.manifestNumber);
  return manifest?.releases[deployment] ?? null;
}
