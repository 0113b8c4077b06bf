import { EdgeError } from '../../contracts/errors.ts';
import type { Workload } from '../../contracts/manifest.ts';
import type { Checkpoint } from '../../contracts/records.ts';
import type { ObservedWorkload } from '../../contracts/report.ts';
import type { Publication } from '../../contracts/runner.ts';
import type { Clock, Timer } from '../system/clock.ts';
import type { CreateWorkloads, StartContext, Workloads, WorkloadsListener } from './port.ts';

/** How a workload does, so long after it was started; see `FakeWorkloadsOptions.judge`. */
export interface FakeHealth {
  health: ObservedWorkload['health'];
  because?: string;
}

export interface FakeWorkloadsOptions {
  clock: Clock;
  /** How long a start takes. */
  startMs?: number;
  /** How often each flow publishes its next number. */
  publishEveryMs?: number;
  /** The stream that it publishes to. */
  stream?: string;
  /** Health by script; without one everything is healthy half a second after it was started. */
  judge?(workload: Workload, sinceStartMs: number): FakeHealth;
  /** A start that fails, by script: the reason, or undefined when it works. */
  refuse?(workload: Workload): string | undefined;
  /** Told of every start and swap that was taken. */
  onStart?(workload: Workload, context: StartContext): void;
}

/**
 * Workloads without processes: on its clock, every flow publishes the numbers 1, 2, 3 … as samples, each with a checkpoint
 * that holds the number, goes on after a restart from the checkpoint that it is given, and keeps its number through a swap.
 * So whoever reads the records sees whether any was lost or doubled.
 */
export interface FakeWorkloads {
  readonly create: CreateWorkloads;
  /** The process that hosts this runner dies. */
  crash(runner: string, because?: string): void;
  /** The flow stops publishing and turns unhealthy, until it is started again. */
  hang(id: string): void;
  /** The number that a flow published last and that was journalled. */
  published(id: string): number;
}

interface Hosted {
  workload: Workload;
  startedAtMs: number;
  since: number;
  restarts: number;
  failedBecause: string | undefined;
  hung: boolean;
  progress: Progress;
  next: Timer | undefined;
}

/** What a flow keeps through a swap, and loses in a crash. */
interface Progress {
  /** Last number that was journalled. */
  number: number;
  /** The record of the next number, when it was not taken at first. */
  waiting: Publication | undefined;
  underWay: boolean;
}

export function createFakeWorkloads(options: FakeWorkloadsOptions): FakeWorkloads {
  const { clock } = options;
  const publishEveryMs = options.publishEveryMs ?? 1000;
  const judge =
    options.judge ??
    ((_workload, sinceStartMs): FakeHealth => ({ health: sinceStartMs >= 500 ? 'healthy' : 'unknown' }));
  const hosted = new Map<string, Hosted>();
  let listener: WorkloadsListener | undefined;
  let closed = false;
  let watchUntilMs = 0;

  const publish = (one: Hosted) => {
    one.next = clock.setTimer(publishEveryMs, () => {
      const { workload, progress } = one;
      if (closed || one.hung || workload.kind !== 'flow') return;
      publish(one);
      if (progress.underWay) return;
      const number = progress.number + 1;
      const values = { number };
      const body = { flow: workload.name, step: 'fake', sourceTime: clock.now(), values, quality: 'good' } as const;
      const record = progress.waiting ?? { stream: options.stream ?? 'samples', body: { kind: 'sample', ...body } };
      const checkpoint: Checkpoint = { workload: workload.id, digest: workload.digest, body: values };
      if (clock.monotonic() < watchUntilMs) sendLive(workload.name, number, body.sourceTime);
      Object.assign(progress, { waiting: record, underWay: true });
      listener?.onBatch([record], checkpoint).then(
        () => Object.assign(progress, { number, waiting: undefined, underWay: false }),
        () => Object.assign(progress, { underWay: false }),
      );
    });
  };
  const sendLive = (flow: string, value: number, sourceTime: number) => {
    const sample = { tag: `fake/${flow}`, value, quality: 'good', sourceTime, timeFrom: 'source' } as const;
    listener?.onLive({ node: 'fake', at: clock.now(), samples: [sample] });
  };

  const observe = (one: Hosted): ObservedWorkload => {
    const { id, kind, digest, runner } = one.workload;
    const common = { id, kind, digest, runner, since: one.since, restarts: one.restarts };
    if (one.failedBecause !== undefined) {
      return { ...common, phase: 'failed', health: 'unhealthy', because: one.failedBecause };
    }
    if (one.hung) return { ...common, phase: 'running', health: 'unhealthy', because: 'no input for too long' };
    return { ...common, phase: 'running', ...judge(one.workload, clock.monotonic() - one.startedAtMs) };
  };

  const start: Workloads['start'] = async (workload, context) => {
    const before = hosted.get(workload.id);
    const runs = before !== undefined && before.failedBecause === undefined;
    if (runs && before.workload.digest === workload.digest) return;
    await clock.sleep(options.startMs ?? 5);
    if (closed) throw new EdgeError('closed', 'The workloads were closed.');
    const refusal = options.refuse?.(workload) ?? missingArtifact(workload, context);
    if (refusal !== undefined) throw new EdgeError('invalid-model', refusal, { where: workload.id });
    before?.next?.cancel();
    const one: Hosted = {
      workload,
      startedAtMs: clock.monotonic(),
      since: clock.now(),
      restarts: before === undefined ? 0 : before.restarts + (runs ? 0 : 1),
      failedBecause: undefined,
      hung: false,
      progress: runs ? before.progress : { number: numberOf(context.checkpoint), waiting: undefined, underWay: false },
      next: undefined,
    };
    hosted.set(workload.id, one);
    options.onStart?.(workload, context);
    if (workload.kind === 'flow') publish(one);
  };

  return {
    create: (heard) => {
      listener = heard;
      return {
        observe: () => {
          const all = [...hosted.values()];
          const connectors = all.flatMap(({ workload, failedBecause }) =>
            workload.kind === 'connector' && failedBecause === undefined ? [observeConnector(workload)] : [],
          );
          return { workloads: all.map(observe), connectors, rssBytes: 0 };
        },
        start,
        stop: async (id) => {
          hosted.get(id)?.next?.cancel();
          hosted.delete(id);
        },
        watch: (forMs) => {
          watchUntilMs = clock.monotonic() + forMs;
        },
        close: async () => {
          closed = true;
          for (const one of hosted.values()) one.next?.cancel();
        },
      };
    },
    crash: (runner, because = 'it was killed by SIGKILL') => {
      const mine = [...hosted.values()].filter((one) => one.workload.runner === runner);
      if (closed || mine.length === 0) return;
      for (const one of mine) {
        one.next?.cancel();
        one.failedBecause = because;
        one.since = clock.now();
      }
      listener?.onExit(runner, because);
    },
    hang: (id) => {
      const one = hosted.get(id);
      if (one !== undefined) one.hung = true;
    },
    published: (id) => hosted.get(id)?.progress.number ?? 0,
  };
}

function missingArtifact(workload: Workload, { artifacts }: StartContext): string | undefined {
  if (workload.kind !== 'flow') return undefined;
  const model = Object.values(workload.models).find(({ artifact }) => artifacts[artifact.sha256] === undefined);
  return model === undefined ? undefined : `the artifact of the model ${model.name}:${model.version} was not given`;
}

function numberOf(checkpoint: Checkpoint | null): number {
  const number = (checkpoint?.body as { number?: unknown } | null)?.number;
  return typeof number === 'number' ? number : 0;
}

function observeConnector({ id, connector }: Extract<Workload, { kind: 'connector' }>) {
  return {
    id,
    equipment: connector.equipment,
    protocol: connector.protocol,
    phase: 'connected',
    quality: 'good',
    scans: 1,
    errors: 0,
    requests: 1,
    reconnects: 0,
  } as const;
}
