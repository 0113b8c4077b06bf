import type { AgentEvent } from '../../contracts/events.ts';
import type { ObservedWorkload } from '../../contracts/report.ts';

/** Sees, from what is observed, when health changes and when a runner is back after it died. */
export interface RunnerWatch {
  exited(runner: string, nowMs: number): void;
  /** The events since the last look; times are monotonic. */
  look(workloads: readonly ObservedWorkload[], nowMs: number): AgentEvent[];
  /** Whether a runner died a moment ago and is on its way back: then it is worth to look often. */
  recovering(nowMs: number): boolean;
}

const RECOVERING_MS = 10_000;

export function createRunnerWatch(): RunnerWatch {
  const health = new Map<string, ObservedWorkload['health']>();
  /** Runner → when it died, null for one that never ran; absent once everything in it is healthy. */
  const down = new Map<string, number | null>();
  const known = new Set<string>();

  const runnersBack = (workloads: readonly ObservedWorkload[], nowMs: number): AgentEvent[] => {
    const byRunner = Map.groupBy(workloads, (workload) => workload.runner);
    for (const runner of byRunner.keys()) {
      if (!known.has(runner)) down.set(runner, null);
      known.add(runner);
    }
    for (const runner of known) {
      if (byRunner.has(runner)) continue;
      known.delete(runner);
      down.delete(runner);
    }
    return [...down].flatMap(([runner, sinceMs]): AgentEvent[] => {
      if (byRunner.get(runner)?.some((workload) => workload.health !== 'healthy') ?? true) return [];
      down.delete(runner);
      return [{ kind: 'runner-started', runner, recoveredMs: sinceMs === null ? null : nowMs - sinceMs }];
    });
  };

  const healthChanges = (workloads: readonly ObservedWorkload[]): AgentEvent[] => {
    const events = workloads.flatMap((workload): AgentEvent[] => {
      const before = health.get(workload.id);
      if (before === workload.health || workload.health === 'unknown') return [];
      health.set(workload.id, workload.health);
      if (workload.health === 'healthy') return [{ kind: 'workload-healthy', id: workload.id }];
      return [{ kind: 'workload-unhealthy', id: workload.id, because: workload.because ?? workload.phase }];
    });
    const ids = new Set(workloads.map((workload) => workload.id));
    for (const id of [...health.keys()]) if (!ids.has(id)) health.delete(id);
    return events;
  };

  return {
    exited: (runner, nowMs) => {
      known.add(runner);
      down.set(runner, down.get(runner) ?? nowMs);
    },
    look: (workloads, nowMs) => [...healthChanges(workloads), ...runnersBack(workloads, nowMs)],
    recovering: (nowMs) => [...down.values()].some((sinceMs) => sinceMs !== null && nowMs - sinceMs < RECOVERING_MS),
  };
}
