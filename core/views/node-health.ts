import type { Health, Report } from '../../contracts/report.ts';

export interface NodeHealthFacts {
  readonly report: Report | null;
  /** When the control plane last heard from it, by its own clock. */
  readonly seenAt: number | null;
  readonly desiredManifest: number;
  readonly compileProblem: string | null;
  /** Not heard of for longer than this: unknown. */
  readonly unseenAfterMs: number;
}

export interface Judgement {
  readonly health: Health;
  readonly because: string;
}

/** How a node is. What was not seen lately is unknown, never healthy. */
export function nodeHealth(facts: NodeHealthFacts, now: number): Judgement {
  const { report } = facts;
  if (report === null || facts.seenAt === null) return { health: 'unknown', because: 'never seen' };
  if (now - facts.seenAt > facts.unseenAfterMs) return { health: 'unknown', because: 'not seen lately' };
  if (facts.compileProblem !== null)
    return { health: 'unhealthy', because: `no manifest can be made for it: ${facts.compileProblem}` };
  if (report.refused !== null && report.refused.number > report.manifestNumber) {
    return { health: 'unhealthy', because: `refused manifest ${report.refused.number}: ${report.refused.because}` };
  }
  if (report.stuck !== null)
    return { health: 'unhealthy', because: `cannot ${report.stuck.step}: ${report.stuck.because}` };
  const bad = report.workloads.find((workload) => workload.health === 'unhealthy' || workload.phase === 'failed');
  if (bad !== undefined) return { health: 'unhealthy', because: `${bad.id}: ${bad.because ?? bad.phase}` };
  if (report.manifestNumber < facts.desiredManifest) {
    return {
      health: 'unknown',
      because: `has manifest ${report.manifestNumber}, ${facts.desiredManifest} is on its way`,
    };
  }
  if (!report.converged) return { health: 'unknown', because: 'still applying its manifest' };
  const starting = report.workloads.find((workload) => workload.health === 'unknown');
  if (starting !== undefined)
    return { health: 'unknown', because: `${starting.id}: ${starting.because ?? 'starting'}` };
  return {
    health: 'healthy',
    because: report.workloads.length === 0 ? 'nothing to run' : 'everything that it should run is healthy',
  };
}

/** The health of several: unhealthy when one is, else unknown when one is, else healthy. */
export function worstHealth(
  parts: readonly { readonly name: string; readonly health: Health; readonly because: string }[],
): Judgement {
  for (const health of ['unhealthy', 'unknown'] as const) {
    const found = parts.filter((part) => part.health === health);
    if (found[0] !== undefined) {
      const others = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
      return { health, because: `${found[0].name}: ${found[0].because}${others}` };
    }
  }
  return parts.length === 0
    ? { health: 'unknown', because: 'no nodes yet' }
    : { health: 'healthy', because: 'all well' };
}
