import { EdgeError, type ErrorCode, errorTable } from '../../contracts/errors.ts';
import type { Workload } from '../../contracts/manifest.ts';
import type { ObservedConnector, ObservedWorkload } from '../../contracts/report.ts';
import type { Clock } from '../system/clock.ts';
import type { Processes } from '../system/processes.ts';
import type { CreateWorkloads, StartContext, WorkloadsListener } from './port.ts';
import { createRunnerHost, type RunnerHost } from './runner-host.ts';

export interface RunnerProcessOptions {
  processes: Processes;
  clock: Clock;
  /** The program of a runner, for example Node.js with the runner's main file. */
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** From the start of the process until it says that it is ready. */
  readyWithinMs?: number;
  /** From a request until its answer; loading a large model takes its time. */
  answerWithinMs?: number;
  /** A runner that said nothing for so long hangs, and is killed. */
  silentAfterMs?: number;
}

interface Known {
  workload: Workload;
  restarts: number;
  failed: { because: string; since: number } | undefined;
}

/**
 * Hosts workloads in child processes, one for each runner name. A process starts with its first workload and ends with
 * its last; one that dies takes nothing else with it and is started again by the next `start`.
 */
export function runnerProcesses(options: RunnerProcessOptions): CreateWorkloads {
  return (listener) => {
    const hosts = new Map<string, RunnerHost>();
    const known = new Map<string, Known>();
    let closed = false;

    const hostOf = (runner: string): RunnerHost => {
      const running = hosts.get(runner);
      if (running !== undefined) return running;
      const host = createRunnerHost(runner, options, {
        ...listener,
        onExit: (name, because) => {
          if (hosts.get(name) !== host) return;
          hosts.delete(name);
          for (const one of known.values()) {
            if (one.workload.runner === name) one.failed = { because, since: options.clock.now() };
          }
          if (!closed) listener.onExit(name, because);
        },
      } satisfies WorkloadsListener);
      hosts.set(runner, host);
      return host;
    };
    const endIfEmpty = (runner: string) => {
      if ([...known.values()].some(({ workload }) => workload.runner === runner)) return;
      const host = hosts.get(runner);
      hosts.delete(runner);
      host?.end();
    };

    const start = async (workload: Workload, context: StartContext) => {
      if (closed) throw new EdgeError('closed', 'The workloads were closed.');
      const before = known.get(workload.id);
      const phase = observeOne(workload.id)?.phase;
      if (before?.workload.digest === workload.digest && before.failed === undefined && phase !== 'failed') return;
      try {
        const answer = await hostOf(workload.runner).request({ kind: 'start', workload, ...copyOf(context) });
        throwProblem(answer, workload.id);
      } catch (error) {
        if (before === undefined) endIfEmpty(workload.runner);
        throw error;
      }
      const again = before !== undefined && before.workload.digest === workload.digest;
      known.set(workload.id, { workload, restarts: (before?.restarts ?? 0) + (again ? 1 : 0), failed: undefined });
    };

    const stop = async (id: string) => {
      const one = known.get(id);
      if (one === undefined) return;
      const { runner } = one.workload;
      await hosts.get(runner)?.request({ kind: 'stop', id }).catch(ifGone);
      known.delete(id);
      endIfEmpty(runner);
    };

    const observeOne = (id: string): ObservedWorkload | undefined => {
      const one = known.get(id);
      if (one === undefined) return undefined;
      const { workload, restarts, failed } = one;
      const { kind, digest, runner } = workload;
      const host = hosts.get(runner);
      const seen = host?.observed().workloads.find((observed) => observed.id === id);
      if (failed === undefined && seen !== undefined) return { ...seen, runner, restarts, ...pidOf(host) };
      const { because, since } = failed ?? { because: 'its runner does not know it', since: options.clock.now() };
      return { id, kind, digest, runner, phase: 'failed', health: 'unhealthy', because, since, restarts };
    };

    return {
      observe: () => {
        const running = [...hosts.values()].map((host) => host.observed());
        return {
          workloads: [...known.keys()].flatMap((id) => observeOne(id) ?? []),
          connectors: running.flatMap(({ connectors }): readonly ObservedConnector[] => connectors),
          rssBytes: running.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
        };
      },
      start,
      stop,
      watch: (forMs) => {
        for (const host of hosts.values()) host.tell({ kind: 'watch', forMs });
      },
      close: async () => {
        closed = true;
        await Promise.all([...hosts.values()].map((host) => host.end()));
        hosts.clear();
      },
    };
  };
}

function pidOf(host: RunnerHost | undefined): { pid?: number } {
  const pid = host?.pid();
  return pid === undefined ? {} : { pid };
}

function copyOf({ artifacts, secrets, writableTags, checkpoint }: StartContext) {
  return { artifacts: { ...artifacts }, secrets: { ...secrets }, writableTags: [...writableTags], checkpoint };
}

function throwProblem(problem: { code: string; message: string } | null, where: string): void {
  if (problem === null) return;
  const code = problem.code in errorTable ? (problem.code as ErrorCode) : 'internal';
  throw new EdgeError(code, problem.message, { where });
}

/** What ran in a process that is gone is stopped. */
function ifGone(error: unknown): void {
  if (!(error instanceof EdgeError && error.code === 'closed')) throw error;
}
