import type { RolloutPolicy } from '../../contracts/kinds/deployment.ts';
import type { Health } from '../../contracts/report.ts';
import { durationMs } from '../base/duration.ts';

/** One node of a rollout, as it is known now. */
export interface RolloutNode {
  readonly node: string;
  /** Release that its manifest is compiled from. */
  readonly assigned: number | null;
  /** Release of the manifest that the node says it has accepted and converged to. */
  readonly observed: number | null;
  readonly health: Health;
  readonly because: string;
  /** When `health` became what it is, as the control plane saw it. */
  readonly healthSince: number;
  /** When it was assigned the release that goes out; null before that. */
  readonly movedAt: number | null;
  /** Its health when it was moved. A node that was already unhealthy is no evidence against the release. */
  readonly healthBefore: Health | null;
}

export interface RolloutFacts {
  readonly policy: RolloutPolicy;
  readonly paused: boolean;
  readonly from: number | null;
  readonly to: number;
  readonly nodes: readonly RolloutNode[];
}

export type NodePhase = 'waiting' | 'moving' | 'healthy' | 'unhealthy';

export interface RolloutDecision {
  readonly phase: 'running' | 'done' | 'rolled-back' | 'paused';
  /** Nodes to assign the new release to, now. */
  readonly start: readonly string[];
  /** Nodes to put back to the earlier release, now. */
  readonly rollBack: readonly { node: string; to: number }[];
  readonly wave: number;
  readonly waves: number;
  readonly nodes: readonly { node: string; phase: NodePhase; because: string }[];
  readonly because: string;
}

/**
 * What a rollout does next. Waves are cumulative shares of the nodes by name; the next one starts when every node of
 * the waves before it is healthy on the new release, or cannot be seen (it will follow when it comes back). When more
 * nodes than the policy allows turn unhealthy, every moved node goes back. The first release has nothing to go back
 * to: it stops where it is and says so.
 */
export function planRollout(facts: RolloutFacts, now: number): RolloutDecision {
  const nodes = [...facts.nodes].sort((a, b) => (a.node < b.node ? -1 : 1));
  const judged = nodes.map((node) => ({ node: node.node, ...judge(node, facts, now) }));
  const sizes = waveSizes(facts.policy, nodes.length);
  const unhealthy = judged.filter((node) => node.phase === 'unhealthy');
  const passed = (size: number) => judged.slice(0, size).every((node) => node.phase === 'healthy' || node.unseen);
  const wave = sizes.findIndex((size) => !passed(size));
  const common = {
    wave: wave === -1 ? sizes.length : wave + 1,
    waves: sizes.length,
    nodes: judged.map(({ node, phase, because }) => ({ node, phase, because })),
    start: [],
    rollBack: [],
  };

  if (unhealthy.length > facts.policy.maxUnhealthy) {
    const because = `${count(unhealthy.length)} unhealthy on release ${facts.to} (${facts.policy.maxUnhealthy} allowed): ${unhealthy
      .slice(0, 3)
      .map((node) => `${node.node}: ${node.because}`)
      .join('; ')}`;
    if (facts.from === null)
      return { ...common, phase: 'running', because: `${because}; stopped, there is no earlier release to go back to` };
    const to = facts.from;
    return {
      ...common,
      phase: 'rolled-back',
      rollBack: nodes.filter((node) => node.assigned === facts.to).map((node) => ({ node: node.node, to })),
      because,
    };
  }
  if (facts.paused) return { ...common, phase: 'paused', because: 'the deployment is paused' };
  const seenHealthy = judged.some((node) => node.phase === 'healthy');
  if (wave === -1 && (seenHealthy || nodes.length === 0)) {
    const unseen = judged.filter((node) => node.phase !== 'healthy').length;
    return {
      ...common,
      phase: 'done',
      because:
        unseen === 0
          ? 'every node is healthy on it'
          : `every node that can be seen is healthy on it; ${count(unseen)} not seen`,
    };
  }
  const reach = sizes[wave === -1 ? sizes.length - 1 : wave]!;
  const start = nodes
    .slice(0, reach)
    .filter((node) => node.assigned !== facts.to)
    .map((node) => node.node);
  const waiting = judged.slice(0, reach).filter((node) => node.phase !== 'healthy' && !start.includes(node.node));
  const first = waiting[0];
  return {
    ...common,
    phase: 'running',
    start,
    because:
      start.length > 0
        ? `wave ${common.wave} of ${sizes.length}: ${count(start.length)} to move`
        : first === undefined
          ? 'waiting for the first node to be seen'
          : `waiting for ${first.node}${waiting.length > 1 ? ` and ${waiting.length - 1} more` : ''}: ${first.because}`,
  };
}

function judge(
  node: RolloutNode,
  facts: RolloutFacts,
  now: number,
): { phase: NodePhase; because: string; unseen: boolean } {
  if (node.assigned !== facts.to) return { phase: 'waiting', because: 'not moved yet', unseen: false };
  const movedAt = node.movedAt ?? now;
  const since = Math.max(node.healthSince, movedAt);
  const settled = now - since >= durationMs(facts.policy.healthyFor);
  const late = now - movedAt >= durationMs(facts.policy.healthyWithin);
  const arrived = node.observed === facts.to;
  if (node.health === 'unknown' && !arrived && late)
    return { phase: 'moving', because: `not seen: ${node.because}`, unseen: true };
  if (arrived && node.health === 'healthy') {
    return settled
      ? { phase: 'healthy', because: node.because, unseen: false }
      : { phase: 'moving', because: 'healthy, watching it for a while', unseen: false };
  }
  if (arrived && node.health === 'unknown') return { phase: 'moving', because: node.because, unseen: late };
  const failed = late || (arrived && node.health === 'unhealthy' && settled);
  if (failed && node.healthBefore !== 'unhealthy') return { phase: 'unhealthy', because: node.because, unseen: false };
  if (failed)
    return {
      phase: 'moving',
      because: `was unhealthy before, no evidence against this release: ${node.because}`,
      unseen: true,
    };
  return { phase: 'moving', because: node.because, unseen: false };
}

/** How many nodes each wave reaches, counted from the first; the last reaches all of them. */
export function waveSizes(policy: RolloutPolicy, nodes: number): number[] {
  const sizes = policy.waves.map((wave) => Math.max(1, Math.ceil(wave.share * nodes)));
  if (sizes.at(-1) !== nodes) sizes.push(nodes);
  return sizes.map((size) => Math.min(size, nodes));
}

function count(nodes: number): string {
  return `${nodes} node${nodes === 1 ? '' : 's'}`;
}
