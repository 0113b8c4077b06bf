import type { Change } from '../../contracts/changes.ts';
import { checkAlerts } from './alert-loop.ts';
import type { Centre } from './centre.ts';
import { createLoop, type Loop } from './loop.ts';
import { affectedNodes, type Dirty, issueManifests, numberAhead } from './manifest-loop.ts';
import { collections } from './mirror.ts';
import { observeAllHealth } from './observe-health.ts';
import { makeReleases } from './release-loop.ts';
import { moveRollouts } from './rollout-loop.ts';

const EVERY_MS = 1000;
const GAP_MS = 20;
/** Kinds that a release can be made of, or that choose its nodes. */
const inReleases: ReadonlySet<string> = new Set([
  'Deployment',
  'Flow',
  'Model',
  'ModelVersion',
  'Connector',
  'Node',
  'Site',
]);

export interface Controller extends Pick<Loop, 'start' | 'kick' | 'stop' | 'abandon'> {}

/**
 * Observe → decide → do, in this order: health, releases, rollouts, manifests, alerts. Everything that it needs is in the
 * store, so after a crash it looks at every node again and goes on.
 */
export function createController(centre: Centre, push: (node: string) => void): Controller {
  const { mirror, ports, watch } = centre;
  const dirty: Dirty = new Map();
  let releasesDue = true;

  const markAll = (because: string) => {
    for (const node of mirror.resources.Node.keys()) if (!dirty.has(node)) dirty.set(node, because);
    releasesDue = true;
  };

  const run = async (): Promise<void> => {
    for (const node of observeAllHealth(centre)) watch.publish({ kind: 'node', node }, node);
    if (releasesDue) {
      releasesDue = false;
      await makeReleases(centre);
    }
    for (const node of await moveRollouts(centre)) dirty.set(node, 'its releases changed');
    for (const node of mirror.reports.keys()) {
      if (numberAhead(mirror, node) !== undefined) dirty.set(node, 'the node has a newer one than is known here');
    }
    await issueManifests(centre, dirty, push);
    await checkAlerts(centre);
  };

  const loop = createLoop({
    clock: ports.clock,
    everyMs: EVERY_MS,
    gapMs: GAP_MS,
    run: async () => {
      try {
        await run();
      } catch (error) {
        // What was done before the error is kept; looking at everything again finds what was not.
        markAll('tried again after an error');
        throw error;
      }
    },
    onError: (error) => ports.log('error', 'the controller could not finish', { error: String(error) }),
  });

  centre.onChanges((changes) => {
    for (const change of changes) {
      if (inReleases.has(change.kind)) releasesDue = true;
      const because = `${change.kind} ${change.name} ${change.action}`;
      for (const node of affectedNodes(mirror.resources, change)) dirty.set(node, because);
      if (change.kind === 'Node' && change.action === 'deleted') void forgetNode(centre, change);
    }
    loop.kick();
  });

  return {
    ...loop,
    start: () => {
      markAll('the control plane started');
      loop.start();
    },
  };
}

/** What was observed at a node goes with it; its manifest number stays, so that it never counts backwards. */
async function forgetNode(centre: Centre, { name }: Change): Promise<void> {
  const { mirror, ports } = centre;
  const alarms = [...mirror.alarms.values()].filter((alarm) => alarm.node === name);
  mirror.reports.delete(name);
  mirror.health.delete(name);
  mirror.compileProblems.delete(name);
  for (const { id } of alarms) mirror.alarms.delete(id);
  const documents = [
    { collection: collections.reports, key: name, body: null },
    ...alarms.map(({ id }) => ({ collection: collections.alarms, key: id, body: null })),
  ];
  await centre.commit({ actor: 'system', documents }).catch((error: unknown) => {
    ports.log('warn', `what was observed at ${name} could not be removed`, { error: String(error) });
  });
}
