import type { ConnectorPorts } from '../../adapters/connectors/port.ts';
import type { Runtime } from '../../adapters/runtimes/port.ts';
import type { Clock, Timer } from '../../adapters/system/clock.ts';
import type { Random } from '../../adapters/system/random.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { ConnectorWorkload, FlowWorkload, Workload } from '../../contracts/manifest.ts';
import type { Scalar } from '../../contracts/names.ts';
import type { Sample } from '../../contracts/records.ts';
import type { LogLine, ObservedWorkload } from '../../contracts/report.ts';
import type { FromRunner, RunnerObserved, ToRunner, WriteOutcome } from '../../contracts/runner.ts';
import { type ConnectorHost, type CreateConnector, createConnectorHost } from './connector-host.ts';
import type { FlowHost } from './flow-host.ts';
import { createLiveFeed } from './live-feed.ts';
import { createLogLimit } from './log-limit.ts';
import { createModelCache } from './model-cache.ts';
import { openFlow } from './open-flow.ts';
import { createOutbox, type Outbox } from './outbox.ts';

export interface RunnerPorts {
  clock: Clock;
  random: Random;
  runtime: Runtime;
  createConnector: CreateConnector;
  /** To the agent. */
  say(message: FromRunner): void;
  rssBytes(): number;
}

/** Hosts flows and connectors: a tag reaches the model without crossing a process. */
export interface Runner {
  receive(message: ToRunner): void;
  /** Stops everything. Records that wait get a moment to be journalled, unless nobody is there to do it. */
  stop(how: { agentGone: boolean }): Promise<void>;
}

type Start = Extract<ToRunner, { kind: 'start' }>;

/** A flow and what stays when another definition of it takes over. */
interface Hosted {
  host: FlowHost;
  outbox: Outbox;
  models: readonly string[];
  failed: string | undefined;
}

/** What is observed is said this often, and this often it is looked whether health has changed. */
const OBSERVED_EVERY_MS = 1000;
const LOOK_EVERY_MS = 100;
/** What a flow that is stopped has waited to say may take so long. */
const LAST_RECORDS_MS = 1500;

export function createRunner(ports: RunnerPorts): Runner {
  const { clock, say } = ports;
  const models = createModelCache(ports.runtime);
  const connectors = new Map<string, ConnectorHost>();
  const flows = new Map<string, Hosted>();
  const since = new Map<string, { as: string; at: number }>();
  const turns = new Map<string, Promise<void>>();
  const batches = new Map<number, Outbox>();
  let byTag = new Map<string, FlowHost[]>();
  let byEquipment = new Map<string, ConnectorHost>();
  let nextBatch = 1;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let saidAs = '';
  let look: Timer | undefined;

  const log = createLogLimit(clock, (line) => say({ kind: 'log', line }));
  const live = createLiveFeed(clock, (samples) =>
    say({ kind: 'live', live: { node: 'runner', at: clock.now(), samples } }),
  );

  const index = () => {
    byTag = new Map();
    for (const { host, failed } of flows.values()) {
      if (failed !== undefined) continue;
      for (const tag of host.tags) byTag.set(tag, [...(byTag.get(tag) ?? []), host]);
    }
    byEquipment = new Map([...connectors.values()].map((host) => [host.workload.connector.equipment, host]));
  };

  const onSamples = (samples: readonly Sample[], arrivedAtMs: number) => {
    for (const sample of samples) {
      live.sample(sample);
      const readers = byTag.get(sample.tag);
      if (readers !== undefined) for (const flow of readers) flow.push(sample, arrivedAtMs);
    }
  };
  const write = async (tag: string, value: Scalar): Promise<WriteOutcome> =>
    byEquipment.get(tag.slice(0, tag.indexOf('/')))?.write(tag, value) ?? {
      outcome: 'failed',
      previous: null,
      because: 'its connector is not running',
    };

  const startConnector = async (workload: ConnectorWorkload, start: Start) => {
    const connectorPorts: ConnectorPorts = {
      clock,
      random: ports.random,
      onSamples,
      log: (level, text) => log(level, workload.id, text),
    };
    const next = createConnectorHost(workload, start, ports.createConnector, connectorPorts);
    // Equipment often takes one connection only, so the old one goes first.
    await connectors.get(workload.id)?.stop();
    connectors.set(workload.id, next);
    index();
    next.start();
  };

  const startFlow = async (workload: FlowWorkload, start: Start) => {
    const opened = await openFlow(workload, start.artifacts, models, [...connectors.values()]);
    const before = flows.get(workload.id);
    const outbox = before?.outbox ?? newOutbox(workload.id);
    const hosted: Hosted = {
      host: opened.host({
        clock,
        write,
        outbox,
        onFailed: (because) => failFlow(hosted, because),
      }),
      outbox,
      models: opened.models,
      failed: undefined,
    };
    // From here to `index` nothing waits: the old one saw every sample before, the new one sees every one after.
    const gathered = before === undefined || before.failed !== undefined ? start.checkpoint?.body : before.host.stop();
    flows.set(workload.id, hosted);
    outbox.setSource(hosted.host.checkpoint);
    if (gathered === undefined || !restored(hosted.host, gathered)) pushNewest(hosted.host);
    index();
    await Promise.all((before?.models ?? []).map(models.release));
  };

  const restored = (host: FlowHost, gathered: unknown): boolean => {
    try {
      host.restore(gathered);
      return true;
    } catch (error) {
      log('warn', host.workload.id, `it starts with empty windows: ${reasonOf(error)}`);
      return false;
    }
  };
  /** Values that do not change are not sent again, so a flow that begins is told what there is. */
  const pushNewest = (host: FlowHost) => {
    const samples = host.tags.flatMap((tag) => live.newest(tag) ?? []);
    samples.sort((a, b) => a.sourceTime - b.sourceTime);
    for (const sample of samples) host.push(sample, 0);
  };
  const newOutbox = (id: string): Outbox => {
    const outbox: Outbox = createOutbox(
      clock,
      (records, checkpoint) => {
        const batch = nextBatch++;
        batches.set(batch, outbox);
        say({ kind: 'batch', batch, records: [...records], checkpoint });
      },
      (text) => log('error', id, text),
    );
    return outbox;
  };
  const failFlow = (hosted: Hosted, because: string) => {
    hosted.failed = because;
    log('error', hosted.host.workload.id, `it failed and was stopped: ${because}`);
    index();
  };

  const stopWorkload = async (id: string, agentGone = false) => {
    const connector = connectors.get(id);
    const flow = flows.get(id);
    connectors.delete(id);
    flows.delete(id);
    since.delete(id);
    index();
    await connector?.stop();
    if (flow === undefined) return;
    flow.host.stop();
    if (!agentGone) await Promise.race([flow.outbox.close(), clock.sleep(LAST_RECORDS_MS)]);
    await Promise.all(flow.models.map(models.release));
  };

  const runs = ({ id, digest }: Workload) => {
    const hosted = flows.get(id);
    if (hosted !== undefined) return hosted.failed === undefined && hosted.host.workload.digest === digest;
    return connectors.get(id)?.workload.digest === digest;
  };
  const start = async (message: Start) => {
    const { workload } = message;
    if (runs(workload)) return;
    if (workload.kind === 'connector') await startConnector(workload, message);
    else await startFlow(workload, message);
  };

  const observe = (): RunnerObserved => {
    const observedSince = (id: string, as: string) => {
      const known = since.get(id);
      if (known?.as === as) return known.at;
      since.set(id, { as, at: clock.now() });
      return clock.now();
    };
    const workloads: ObservedWorkload[] = [];
    const add = (
      { id, kind, digest, runner }: Workload,
      phase: ObservedWorkload['phase'],
      judged: Pick<ObservedWorkload, 'health' | 'because'>,
      counters?: Record<string, number>,
    ) => {
      const at = observedSince(id, `${digest} ${phase} ${judged.health}`);
      const counted = counters === undefined ? {} : { counters };
      workloads.push({ id, kind, digest, runner, phase, ...judged, since: at, restarts: 0, ...counted });
    };
    for (const host of connectors.values()) add(host.workload, 'running', host.judge());
    for (const { host, failed } of flows.values()) {
      if (failed === undefined) add(host.workload, 'running', host.judge(), host.counters());
      else add(host.workload, 'failed', { health: 'unhealthy', because: failed }, host.counters());
    }
    return {
      workloads,
      connectors: [...connectors.values()].map((host) => host.observe()),
      rssBytes: ports.rssBytes(),
    };
  };
  const judgements = () =>
    [
      ...[...connectors.values()].map((host) => host.judge().health),
      ...[...flows.values()].map(({ host, failed }) => failed ?? host.judge().health),
    ].join();

  const lookAgain = () => {
    const wallMs = clock.now();
    for (const { host } of flows.values()) host.tick(wallMs);
    const as = judgements();
    if (as !== saidAs || clock.monotonic() - saidAtMs >= OBSERVED_EVERY_MS) {
      saidAs = as;
      saidAtMs = clock.monotonic();
      say({ kind: 'observed', observed: observe() });
    }
    look = clock.setTimer(LOOK_EVERY_MS, lookAgain);
  };
  look = clock.setTimer(LOOK_EVERY_MS, lookAgain);

  /** Requests for one workload are done one after the other. */
  const inTurn = (id: string, request: number, act: () => Promise<void>) => {
    const mine = (turns.get(id) ?? Promise.resolve()).then(act).then(
      () => say({ kind: 'answered', request, problem: null, observed: observe() }),
      (error) => say({ kind: 'answered', request, problem: problemOf(error), observed: observe() }),
    );
    turns.set(id, mine);
    void mine.finally(() => {
      if (turns.get(id) === mine) turns.delete(id);
    });
  };

  return {
    receive: (message) => {
      switch (message.kind) {
        case 'start':
          return inTurn(message.workload.id, message.request, () => start(message));
        case 'stop':
          return inTurn(message.id, message.request, () => stopWorkload(message.id));
        case 'watch':
          return live.watch(message.forMs);
        case 'journalled':
        case 'not-journalled': {
          const outbox = batches.get(message.batch);
          batches.delete(message.batch);
          return outbox?.answered(message);
        }
      }
    },
    stop: async ({ agentGone }) => {
      look?.cancel();
      live.stop();
      await Promise.all([...connectors.keys(), ...flows.keys()].map((id) => stopWorkload(id, agentGone)));
    },
  };
}

function problemOf(error: unknown): { code: string; message: string } {
  return { code: error instanceof EdgeError ? error.code : 'internal', message: reasonOf(error) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export type Log = (level: LogLine['level'], from: string, text: string) => void;
