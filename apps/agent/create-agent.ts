import type { WorkloadsListener } from '../../adapters/workloads/port.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import type { CentreFrame } from '../../contracts/link.ts';
import type { Sample } from '../../contracts/records.ts';
import type { LogLine, Report } from '../../contracts/report.ts';
import { type AgentConfig, type AgentDecisions, type AgentPorts, decisions, defaultLimits } from './agent-ports.ts';
import { answerLogs } from './answer-logs.ts';
import { enrol } from './enrol.ts';
import { createEventLog } from './event-log.ts';
import { type EnrolledIdentity, type Identity, openIdentity } from './identity.ts';
import { createLinkLoop } from './link-loop.ts';
import { createLogRing } from './log-ring.ts';
import { diskFree, makeReport } from './make-report.ts';
import { createManifestKeeper, type ManifestKeeper } from './manifest-keeper.ts';
import { createNewestValues } from './newest-values.ts';
import { createReconcileLoop } from './reconcile-loop.ts';
import { createReporter } from './reporter.ts';
import { closedPolicy, readSitePolicy, type SitePolicy } from './site-policy.ts';
import { createUploadLoop } from './upload-loop.ts';
import { createWriteRefusals } from './write-refusals.ts';

/** One node. It needs nothing but its ports, holds no state outside of them and itself, and goes on without the centre. */
export interface Agent {
  /**
   * Opens what earlier lives kept and starts all loops; resolves when what the manifest asks for is being started, and
   * does not wait for the line. Rejects with 'in-use' when another agent has the data directory, 'corrupt' when the
   * identity cannot be read, 'unauthenticated' when the node is neither enrolled nor told how.
   */
  start(): Promise<void>;
  /** Resolves when the node is enrolled; rejects with 'token-spent' or 'forbidden' when it never will be. */
  readonly enrolled: Promise<void>;
  /** Rejects with a defect that ended a loop; otherwise resolves when the agent was stopped. */
  readonly ended: Promise<void>;
  /** Stops the loops and what runs, and lets go of the data directory. The journal is the caller's to close. */
  stop(): Promise<void>;
  /** Ends as SIGKILL does: at once and without a word. For simulations, where no process can be killed. */
  kill(): void;
  observed(): Promise<Report>;
  subscribe(listener: (event: AgentEvent, at: number) => void): () => void;
  logs(lines: number, from?: string): LogLine[];
  /** The newest values that were seen while somebody watched. */
  newest(): Sample[];
  watch(forMs: number): void;
}

export function createAgent(ports: AgentPorts, config: AgentConfig, decide: AgentDecisions = decisions): Agent {
  const { clock, files, journal } = ports;
  const limits = { ...defaultLimits, ...config.limits };
  const stopping = new AbortController();
  const { signal } = stopping;
  const startedAt = clock.now();
  const logs = createLogRing();
  const newest = createNewestValues();
  const enrolment = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  // Whoever does not ask is not punished with an unhandled rejection.
  enrolment.promise.catch(() => {});
  end.promise.catch(() => {});
  const appends = new Set<Promise<unknown>>();
  let lock: { release(): Promise<void> } | undefined;
  let policy: SitePolicy = closedPolicy;
  let identity: Identity | undefined;
  let keeper: ManifestKeeper | undefined;
  let running: Promise<void>[] = [];

  const log = (level: LogLine['level'], text: string) =>
    logs.add({ at: clock.now(), level, from: 'agent', text: text.slice(0, 4000) });
  const events = createEventLog({ clock, journal }, logs, () => upload.wake());
  const emit = (event: AgentEvent) => {
    if (signal.aborted) return;
    events.emit(event);
    reporter.soon();
  };
  const refusals = createWriteRefusals(clock, emit);

  const workloadsListener: WorkloadsListener = {
    onBatch: async (records, checkpoint) => {
      const appending = journal.append({ records, checkpoint });
      appends.add(appending);
      const { dropped } = await appending.finally(() => appends.delete(appending));
      refusals.look(records);
      for (const { stream, from, to, because } of dropped) {
        emit({ kind: 'records-dropped', stream, count: to - from + 1, because });
      }
      upload.wake();
    },
    onLive: (live) => {
      newest.add(live.samples);
      link.send({ kind: 'live', live: { ...live, node: nodeName() } });
    },
    onLog: logs.add,
    onExit: (runner, because) => {
      if (!signal.aborted) reconcile.onExit(runner, because);
    },
  };
  const workloads = ports.createWorkloads(workloadsListener);
  const nodeName = () => identity?.node ?? 'unknown';
  const enrolledIdentity = (): EnrolledIdentity => {
    if (identity?.node == null) throw new EdgeError('unauthenticated', 'This node is not enrolled yet.');
    return { ...identity, node: identity.node };
  };

  const link = createLinkLoop(ports, limits, {
    onUp: ({ reportEveryMs }) => {
      emit({ kind: 'link-up' });
      upload.lineChanged();
      reporter.lineUp(reportEveryMs);
      reconcile.lineUp();
    },
    onDown: (because) => {
      upload.lineChanged();
      reporter.lineDown();
      emit({ kind: 'link-down', because });
    },
    onFrame: (frame) => void onFrame(frame).catch((error: Error) => log('error', error.message)),
    onDrain: () => upload.wake(),
  });
  const upload = createUploadLoop({ clock, journal }, limits, {
    up: () => link.session() !== null,
    send: (frame) => !signal.aborted && link.send(frame),
  });
  const reconcile = createReconcileLoop(
    ports,
    decide,
    limits,
    {
      artifacts: ports.artifacts,
      link: ports.link,
      workloads,
      get policy() {
        return policy;
      },
      get identity() {
        return enrolledIdentity();
      },
      session: () => link.session(),
      checkpointOf: async (id) => {
        // What a runner handed over just before it died may still be on its way to the disk.
        await Promise.allSettled(appends);
        return journal.checkpoints().find((checkpoint) => checkpoint.workload === id) ?? null;
      },
    },
    {
      kept: () => keeper?.kept() ?? null,
      emit,
      beforeEach: () => {
        events.retry();
        keeper?.retry().catch((error: Error) => log('warn', error.message));
      },
    },
  );
  const reporter = createReporter(clock, limits, async () => {
    if (link.session() !== null) link.send({ kind: 'report', report: await observed() });
  });

  const observed = async (): Promise<Report> => {
    if (keeper === undefined) throw new EdgeError('closed', 'The agent is not started yet.');
    return makeReport({
      node: nodeName(),
      at: clock.now(),
      version: config.version,
      startedAt,
      machine: ports.observeMachine(),
      diskFreeBytes: await diskFree(files),
      keeper,
      reconcile,
      workloads,
      streams: journal.observe(),
    });
  };

  const onFrame = async (frame: CentreFrame): Promise<void> => {
    switch (frame.kind) {
      case 'trust':
        return keeper?.offerTrust([frame.trust]);
      case 'manifest':
        await keeper?.offerManifest(frame.manifest);
        return reporter.soon();
      case 'stored':
        return upload.onStored(frame);
      case 'report-wanted':
        return reporter.soon();
      case 'watch':
        return workloads.watch(frame.forMs);
      case 'logs-wanted':
        link.send(answerLogs(frame, logs));
    }
  };

  const runLine = async () => {
    if (identity === undefined || keeper === undefined) return;
    try {
      identity = await enrol({ ...ports, keeper, log }, identity, config.join, limits, signal);
    } catch (error) {
      return enrolment.reject(error);
    }
    if (signal.aborted) return;
    enrolment.resolve();
    await link.run(enrolledIdentity(), signal);
  };

  const start = async () => {
    lock = await files.lock('agent:lock', 'agent.lock');
    identity = await openIdentity(ports, config.join);
    keeper = createManifestKeeper(ports, {
      rootKeyId: identity.rootKeyId,
      emit,
      onAccepted: ({ manifest }) => {
        journal.setPolicies(manifest.streams);
        upload.setPolicies(manifest.streams);
        reconcile.wake();
      },
    });
    await keeper.load(identity.node);
    policy = await readSitePolicy(files).catch((error: Error) => {
      log('error', error.message);
      return closedPolicy;
    });
    const kept = keeper.kept();
    if (kept !== null) {
      journal.setPolicies(kept.manifest.streams);
      upload.setPolicies(kept.manifest.streams);
    }
    emit({ kind: 'agent-started', version: config.version, manifestNumber: kept?.manifest.number ?? 0 });
    // The line may be waiting for an answer of the network, for which nobody who stops should wait.
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    running = [reconcile.run(signal), Promise.race([runLine(), stopped]), upload.run(signal), reporter.run(signal)];
    Promise.all(running).then(() => end.resolve(), end.reject);
  };

  return {
    start,
    enrolled: enrolment.promise,
    ended: end.promise,
    stop: async () => {
      stopping.abort();
      await workloads.close();
      await Promise.allSettled(running);
      await lock?.release();
    },
    kill: () => {
      stopping.abort();
      void workloads.close();
    },
    observed,
    subscribe: events.subscribe,
    logs: logs.newest,
    newest: newest.all,
    watch: (forMs) => workloads.watch(forMs),
  };
}
