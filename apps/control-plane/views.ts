import type { AnswerOf } from '../../contracts/api.ts';
import type { Resource } from '../../contracts/resource.ts';
import type { DeploymentView, NodeManifestView, NodeView, ReleaseView, SiteView } from '../../contracts/views.ts';
import { countDeployment } from '../../core/views/count-deployment.ts';
import { worstHealth } from '../../core/views/node-health.ts';
import type { Centre } from './centre.ts';
import { currentRelease, observedRelease, rolloutIsActive, selectable, targetsOf } from './fleet.ts';
import { signedManifest } from './manifest-loop.ts';
import type { KeptAlarm, KeptRollout, Mirror } from './mirror.ts';

type Connected = (node: string) => boolean;

/** One node: desired beside observed. */
export function nodeView(mirror: Mirror, node: Resource<'Node'>, connected: Connected): NodeView {
  const kept = mirror.reports.get(node.name);
  const health = mirror.health.get(node.name);
  return {
    name: node.name,
    site: node.spec.site,
    labels: selectable(mirror.resources, node).labels,
    class: node.spec.class,
    health: health?.health ?? 'unknown',
    because: health?.because ?? 'never seen',
    connected: connected(node.name),
    seenAt: kept?.seenAt ?? null,
    desiredManifest: mirror.manifests.get(node.name)?.number ?? 0,
    observedManifest: kept?.report.manifestNumber ?? 0,
    converged: kept?.report.converged ?? false,
    compileProblem: mirror.compileProblems.get(node.name) ?? null,
    report: kept?.report ?? null,
  };
}

/** Sites with their health, by name. */
export function siteViews(mirror: Mirror): SiteView[] {
  const nodes = Map.groupBy(mirror.resources.Node.values(), (node) => node.spec.site);
  const alarms = Map.groupBy(raisedAlarms(mirror), (alarm) => alarm.site);
  return [...mirror.resources.Site.values()].sort(byName).map((site) => {
    const own = (nodes.get(site.name) ?? []).sort(byName);
    const parts = own.map(({ name }) => ({
      name,
      ...(mirror.health.get(name) ?? { health: 'unknown' as const, because: 'never seen' }),
    }));
    const { title, latitude, longitude, timeZone } = site.spec;
    return {
      name: site.name,
      title: title ?? site.name,
      latitude,
      longitude,
      timeZone,
      labels: site.labels,
      ...worstHealth(parts),
      nodes: own.map((node) => node.name),
      alarms: alarms.get(site.name)?.length ?? 0,
    };
  });
}

/** One deployment with its five counts, its releases and the newest rollout. */
export function deploymentView(mirror: Mirror, deployment: Resource<'Deployment'>): DeploymentView {
  const { name } = deployment;
  const rollout = mirror.rollouts.get(name);
  const targets = targetsOf(mirror.resources, deployment);
  const parts = targets.map((node) => {
    const { health, because } = mirror.health.get(node) ?? { health: 'unknown' as const, because: 'never seen' };
    return { name: node, health, because, observedRelease: observedRelease(mirror, node, name) };
  });
  const release = currentRelease(rollout);
  const problem = mirror.releaseProblems.get(name);
  const worst = worstHealth(parts);
  return {
    name,
    labels: deployment.labels,
    generation: deployment.generation,
    release,
    counts: countDeployment(parts, release),
    health: problem === undefined ? worst.health : 'unhealthy',
    because: problem === undefined ? worst.because : `no new release can be made: ${problem}`,
    rollout: rollout ?? null,
    releases: releaseViews(mirror, name, rollout),
  };
}

function releaseViews(mirror: Mirror, deployment: string, rollout: KeptRollout | undefined): ReleaseView[] {
  const current = currentRelease(rollout);
  return (mirror.releases.get(deployment) ?? []).toReversed().map((one) => ({
    release: one.release,
    madeAt: one.madeAt,
    madeBy: one.madeBy,
    because: one.because,
    flows: Object.keys(one.body.flows).sort(),
    models: [...new Set(Object.values(one.body.models).map((model) => `${model.name}:${model.version}`))].sort(),
    outcome: one.rolledBack
      ? 'rolled-back'
      : one.release !== current
        ? 'superseded'
        : rolloutIsActive(rollout)
          ? 'rolling-out'
          : 'current',
  }));
}

/** Is the fleet well, and what waits for a person. */
export function overview(centre: Centre): AnswerOf<'overview'> {
  const { mirror, ports } = centre;
  const sites = siteViews(mirror);
  const deployments = [...mirror.resources.Deployment.values()].sort(byName).map((one) => deploymentView(mirror, one));
  const health = [...mirror.resources.Node.keys()].map((node) => mirror.health.get(node)?.health ?? 'unknown');
  const raised = raisedAlarms(mirror);
  const severity = (which: KeptAlarm['severity']) => raised.filter((alarm) => alarm.severity === which).length;
  return {
    at: ports.clock.now(),
    sites,
    counts: {
      sites: sites.length,
      nodes: health.length,
      healthy: health.filter((one) => one === 'healthy').length,
      unhealthy: health.filter((one) => one === 'unhealthy').length,
      unknown: health.filter((one) => one === 'unknown').length,
    },
    alarms: { info: severity('info'), warning: severity('warning'), critical: severity('critical') },
    deployments: deployments.map(({ name, health, counts, rollout }) => ({
      name,
      health,
      counts,
      rolling: rolloutIsActive(rollout ?? undefined),
    })),
    decisions: decisions(mirror, deployments, raised),
  };
}

const DECISIONS_MAX = 50;

function decisions(mirror: Mirror, deployments: readonly DeploymentView[], raised: readonly KeptAlarm[]) {
  const waiting = [
    ...raised
      .filter((alarm) => alarm.severity === 'critical' && alarm.acknowledgedBy === null)
      .map((alarm) => ({ what: `${alarm.node}: ${alarm.message}`, href: '/alarms' })),
    ...deployments.flatMap(({ name, rollout }) =>
      rollout?.phase === 'rolled-back'
        ? [
            {
              what: `Release ${rollout.to} of ${name} was rolled back: ${rollout.because}`,
              href: `/deployments/${name}`,
            },
          ]
        : rollout?.phase === 'paused'
          ? [{ what: `The rollout of ${name} is paused`, href: `/deployments/${name}` }]
          : [],
    ),
    ...[...mirror.releaseProblems].map(([name, because]) => ({
      what: `No new release of ${name}: ${because}`,
      href: `/deployments/${name}`,
    })),
    ...[...mirror.compileProblems].map(([node, because]) => ({
      what: `No manifest for ${node}: ${because}`,
      href: `/nodes/${node}`,
    })),
  ];
  return waiting.slice(0, DECISIONS_MAX);
}

/** The newest manifest of a node beside the one that it says it has. */
export async function manifestView(centre: Centre, node: string): Promise<NodeManifestView> {
  const { mirror } = centre;
  const report = mirror.reports.get(node)?.report;
  const kept = mirror.manifests.get(node);
  return {
    node,
    desired: await signedManifest(centre, node),
    desiredNumber: kept?.number ?? 0,
    observedNumber: report?.manifestNumber ?? 0,
    observedSha256: report?.manifestSha256 ?? null,
    desiredSha256: kept?.sha256 ?? null,
    problem: mirror.compileProblems.get(node) ?? null,
  };
}

/** Alarms that stand, the newest first. */
export function raisedAlarms(mirror: Mirror): KeptAlarm[] {
  return [...mirror.alarms.values()]
    .filter((alarm) => alarm.phase === 'raised')
    .sort((a, b) => b.raisedAt - a.raisedAt);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
