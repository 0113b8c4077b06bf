import { nodeHealth } from '../../core/views/node-health.ts';
import type { Centre } from './centre.ts';
import { UNSEEN_INTERVALS } from './ports.ts';

/** How a node is now, kept with the time since when; true when that changed. */
export function observeHealth(centre: Centre, node: string): boolean {
  const { mirror, ports, config } = centre;
  const now = ports.clock.now();
  const kept = mirror.reports.get(node);
  const facts = {
    report: kept?.report ?? null,
    seenAt: kept?.seenAt ?? null,
    desiredManifest: mirror.manifests.get(node)?.number ?? 0,
    compileProblem: mirror.compileProblems.get(node) ?? null,
    unseenAfterMs: config.reportEveryMs * UNSEEN_INTERVALS,
  };
  const judged = nodeHealth(facts, now);
  const before = mirror.health.get(node);
  // After the wall clock was set back a hold time would otherwise last until it is there again.
  if (before !== undefined && before.since > now) mirror.health.set(node, { ...before, since: now });
  if (before?.health === judged.health && before.because === judged.because) return false;
  const since = before?.health === judged.health ? Math.min(before.since, now) : now;
  mirror.health.set(node, { ...judged, since });
  return true;
}

/** The same for every node; the names of those that changed. */
export function observeAllHealth(centre: Centre): string[] {
  const changed: string[] = [];
  for (const node of centre.mirror.resources.Node.keys()) if (observeHealth(centre, node)) changed.push(node);
  return changed;
}
