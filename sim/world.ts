import { generateKeyPairSync, sign } from 'node:crypto';
import { memoryArtifacts } from '../adapters/artifacts/memory-artifacts.ts';
import { memoryIdentity } from '../adapters/identity/memory/memory-identity.ts';
import { type FileJournal, openFileJournal } from '../adapters/journal/file-journal.ts';
import type { Journal } from '../adapters/journal/port.ts';
import { createMemoryNetwork } from '../adapters/link/memory-link.ts';
import type { AcceptLink } from '../adapters/link/port.ts';
import { type MemoryDatabase, memoryDatabase } from '../adapters/store/memory/memory-database.ts';
import { createFakeClock } from '../adapters/system/fake-clock.ts';
import { type MemoryFiles, memoryFiles } from '../adapters/system/memory-files.ts';
import { seededRandom } from '../adapters/system/random.ts';
import { createFakeWorkloads, type FakeWorkloads } from '../adapters/workloads/fake-workloads.ts';
import { type Agent, createAgent } from '../apps/agent/create-agent.ts';
import { type ControlPlane, createControlPlane } from '../apps/control-plane/create-control-plane.ts';
import type { Principal } from '../apps/control-plane/principal.ts';
import { canonicalJson } from '../contracts/canonical-json.ts';
import { EdgeError } from '../contracts/errors.ts';
import type { AgentEvent } from '../contracts/events.ts';
import type { Manifest, Signed } from '../contracts/manifest.ts';
import { planSteps } from '../core/reconcile/plan-steps.ts';
import type { Happening, Scenario } from './scenario.ts';

/** What may be broken on purpose, to show that the simulation notices. */
export interface Sabotage {
  planSteps?: typeof planSteps;
  journal?: (journal: Journal) => Journal;
}

/** Wall time of the simulation's start. */
const START_MS = Date.UTC(2026, 0, 1);
const ROOMY_BYTES = 2 ** 30;
const SIGNATURE = {
  inputs: [{ name: 'x', type: 'float32', shape: [1, 1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1, 1] }],
};

/** One simulated node: what outlives its process, and the process. */
export interface SimNode {
  readonly name: string;
  disks: { data: MemoryFiles; journal: MemoryFiles; artifacts: MemoryFiles };
  agent: Agent | null;
  journal: FileJournal | null;
  workloads: FakeWorkloads | null;
  /** Lives of its agent: a process that runs on after its disk crashed does not count. */
  life: number;
  down: number;
  /** Everything that was said to be durable, by flow: the numbers that the fake flow published. */
  readonly acknowledged: { flow: string; number: number }[];
  readonly acceptedManifests: number[];
  readonly events: AgentEvent[];
  /** Violations seen while it happened. */
  readonly wrong: string[];
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** The whole system in one process: a control plane and agents over fake time, network, disks and workloads. */
export async function createWorld(scenario: Scenario, sabotage: Sabotage = {}) {
  const clock = createFakeClock(START_MS);
  const random = seededRandom(`world ${scenario.seed}`);
  const faults = {
    lose: scenario.lose,
    duplicate: scenario.duplicate,
    delayMs: { min: 1, max: scenario.delayMaxMs },
    breakFetch: scenario.breakFetch,
  };
  const network = createMemoryNetwork({ clock, random, faults });
  const keys = makeKeys(clock.now());
  let database: MemoryDatabase = memoryDatabase();
  const centreDisk = memoryFiles();
  const identity = memoryIdentity({ clock, random });
  const tokens = new Map<string, string>();
  /** Every manifest that ever went over the network, as an attacker who listens would keep it. */
  const overheard: { node: string; signed: Signed }[] = [];
  const wiretaps = new Map<string, (signed: Signed) => void>();
  let centre: ControlPlane | null = null;
  let troubled = true;
  const nodes: SimNode[] = Array.from({ length: scenario.nodes }, (_, index) => ({
    name: `node-${index}`,
    disks: { data: memoryFiles(), journal: memoryFiles(), artifacts: memoryFiles() },
    agent: null,
    journal: null,
    workloads: null,
    life: 0,
    down: 0,
    acknowledged: [],
    acceptedManifests: [],
    events: [],
    wrong: [],
  }));

  const startCentre = async () => {
    const plane = await createControlPlane(
      {
        clock,
        random,
        store: database.store,
        records: database.records,
        artifacts: memoryArtifacts(random, centreDisk),
        identity,
        keys,
        inspectModel: async () => ({
          signature: SIGNATURE,
          opsets: { '': 17 },
          operators: { Identity: 1 },
          parameters: 0,
        }),
        checkConnector: () => [],
        log: () => {},
      },
      { version: 'sim', url: 'memory:', reportEveryMs: 2000, recordsKeptMs: 1e12 },
    );
    await plane.start();
    centre = plane;
    const accept: AcceptLink = (connection) => {
      wiretaps.set(connection.remote, (signed) => connection.send({ kind: 'manifest', manifest: signed }));
      return plane.accept({
        ...connection,
        send: (frame) => {
          if (frame.kind === 'manifest') overheard.push({ node: connection.remote, signed: frame.manifest });
          return connection.send(frame);
        },
      });
    };
    network.serve({ accept, enrol: plane.enrol, artifact: plane.artifact });
  };

  const killCentre = () => {
    if (centre === null) return;
    centre.kill();
    centre = null;
    network.serve(null);
    database = database.crash();
  };

  const startNode = async (node: SimNode) => {
    const life = ++node.life;
    const alive = () => node.life === life;
    const journal = await openFileJournal({ files: node.disks.journal, clock, random, segmentBytes: 16 * 1024 });
    if (!alive()) return;
    const watched = watchJournal(sabotage.journal?.(journal) ?? journal, node, alive);
    const workloads = createFakeWorkloads({
      clock,
      publishEveryMs: 1000,
      judge: (workload, sinceMs) =>
        workload.kind === 'flow' && isBroken(workload.flow)
          ? { health: 'unhealthy', because: 'broken on purpose' }
          : { health: sinceMs >= 500 ? 'healthy' : 'unknown' },
    });
    node.journal = journal;
    node.workloads = workloads;
    const agent = createAgent(
      {
        clock,
        random,
        files: node.disks.data,
        link: network.client(node.name),
        journal: watched,
        artifacts: memoryArtifacts(random, node.disks.artifacts),
        createWorkloads: (listener) => noDoubleStarts(workloads.create(listener), node, alive),
        observeMachine: () => ({
          platform: 'sim',
          cpus: 1,
          load1: 0,
          memoryBytes: 1,
          memoryFreeBytes: 1,
          uptimeS: 1,
          rssBytes: 1,
        }),
      },
      {
        version: 'sim',
        join: { token: tokens.get(node.name) ?? '', rootKeyId: keys.rootKeyId, node: node.name },
        limits: { linkMaxMs: 5000, retryMaxMs: 5000, resendAfterMs: 3000 },
      },
      { planSteps: sabotage.planSteps ?? planSteps },
    );
    agent.ended.catch((error: unknown) => alive() && node.wrong.push(`its loops ended: ${error}`));
    agent.subscribe((event) => {
      if (!alive()) return;
      node.events.push(event);
      if (event.kind === 'manifest-accepted') {
        const before = node.acceptedManifests.at(-1) ?? 0;
        if (event.number <= before) node.wrong.push(`accepted manifest ${event.number} after ${before}`);
        node.acceptedManifests.push(event.number);
      }
    });
    node.agent = agent;
    await agent.start();
  };

  const killNode = (node: SimNode, powerCutSeed?: number) => {
    node.life += 1;
    node.agent?.kill();
    node.agent = null;
    network.drop(node.name);
    const how = powerCutSeed === undefined ? undefined : { powerCutSeed };
    node.disks = {
      data: node.disks.data.crash(how),
      journal: node.disks.journal.crash(how),
      artifacts: node.disks.artifacts.crash(how),
    };
  };

  const startNodeWhenItCan = async (node: SimNode): Promise<void> => {
    try {
      await startNode(node);
    } catch (error) {
      if (!(error instanceof EdgeError) || !['disk-full', 'disk-failed'].includes(error.code)) throw error;
      // As a supervisor does: the disk was full, try again a little later.
      killNode(node);
      const life = node.life;
      clock.setTimer(1000, () => node.life === life && spawn(startNodeWhenItCan(node), node));
    }
  };

  /** Runs in the background; a defect becomes a violation rather than a lost rejection. */
  const spawn = (work: Promise<unknown>, node: SimNode = nodes[0]!) => {
    work.catch((error: unknown) => node.wrong.push(`unexpected: ${error instanceof Error ? error.stack : error}`));
  };

  /** As a person does: again until it worked, or until it was refused. */
  const apply = (...resources: Input[]): void => change({ resources, delete: [] });
  const change = (body: ChangeBody): void => {
    const tryIt = async () => {
      try {
        await changeIn(centre, body);
      } catch (error) {
        const code = error instanceof EdgeError ? error.code : '';
        if (code === 'not-found') return;
        const again = ['unreachable', 'disk-full', 'conflict', 'closed'].includes(code);
        if (!again) throw error;
        clock.setTimer(500, () => spawn(tryIt()));
      }
    };
    spawn(tryIt());
  };

  const happen = (what: Happening): void => {
    const node = 'node' in what ? nodes[what.node]! : undefined;
    switch (what.does) {
      case 'change-flow':
        apply(flowResource(what.threshold));
        return;
      case 'break-release':
        apply(flowResource(BROKEN));
        return;
      case 'change-connector':
        apply(connectorResource(what.port));
        return;
      case 'move-alias':
        apply({ kind: 'Model', name: 'm', spec: { aliases: { champion: what.version } } });
        return;
      case 'add-connector':
        apply(connectorResource(502, 'extra'));
        return;
      case 'remove-connector':
        change({ resources: [], delete: [{ kind: 'Connector', name: 'extra' }] });
        return;
      case 'cut-line':
        network.cut(node!.name);
        clock.setTimer(what.forMs, () => network.heal(node!.name));
        return;
      case 'kill-agent':
      case 'cut-power': {
        if (node!.agent === null) return;
        killNode(node!, what.does === 'cut-power' ? what.seed : undefined);
        const { life } = node!;
        clock.setTimer(what.forMs, () => node!.life === life && spawn(startNodeWhenItCan(node!), node!));
        return;
      }
      case 'kill-runner':
        node!.workloads?.crash('shared');
        return;
      case 'kill-centre':
        if (centre === null) return;
        killCentre();
        clock.setTimer(what.forMs, () => spawn(startCentre()));
        return;
      case 'fill-disk': {
        const { disks } = node!;
        for (const disk of Object.values(disks)) disk.setCapacity(disk.usedBytes());
        clock.setTimer(what.forMs, () => roomy(node!));
        return;
      }
      case 'fill-centre':
        database.failWrites(new EdgeError('disk-full', 'the disk of the control plane is full'));
        clock.setTimer(what.forMs, () => database.failWrites(undefined));
        return;
      case 'replay-manifest': {
        const old = overheard.find((one) => one.node === node!.name);
        if (old !== undefined) wiretaps.get(node!.name)?.(old.signed);
        return;
      }
      case 'jump-clock':
        clock.setWall(clock.now() + what.byMs);
    }
  };

  const roomy = (node: SimNode) => {
    for (const disk of Object.values(node.disks)) disk.setCapacity(ROOMY_BYTES);
  };

  await startCentre();
  const site = { kind: 'Site', name: 'site', spec: { latitude: 0, longitude: 0 } };
  const rollout = { healthyWithin: '30s', healthyFor: '2s' };
  const deployment = { kind: 'Deployment', name: 'd', spec: { target: { all: true }, flows: ['f'], rollout } };
  await changeIn(centre, { resources: [site, connectorResource(502)], delete: [] });
  for (const version of [1, 2]) await pushModel(centre!, version);
  await changeIn(centre, { resources: [flowResource(1), deployment], delete: [] });
  for (const node of nodes) {
    tokens.set(node.name, await enrolmentToken(centre!, node.name));
    spawn(startNodeWhenItCan(node), node);
  }
  for (const what of scenario.happenings) clock.setTimer(what.at, () => troubled && happen(what));

  return {
    scenario,
    clock,
    nodes,
    overheard,
    get database() {
      return database;
    },
    /** The manifest that the control plane wants a node to have. */
    desired: async (node: string): Promise<Manifest | null> => {
      const view = await centre?.handlers.nodeManifest({ ...bare, params: { node } });
      return view?.desired == null ? null : JSON.parse(view.desired.payload);
    },
    /** How many releases were taken back. */
    rolledBack: async () => {
      const view = await centre?.handlers.deployment({ ...bare, params: { deployment: 'd' } });
      return view?.releases.filter((release) => release.outcome === 'rolled-back').length ?? 0;
    },
    /** Lets the trouble happen. */
    trouble: async () => {
      await clock.advance(scenario.troubleMs);
    },
    /** Everything is well again from now on. */
    calm: async (forMs: number) => {
      troubled = false;
      database.failWrites(undefined);
      for (const node of nodes) {
        network.heal(node.name);
        network.setFaults(node.name, { lose: 0, duplicate: 0, delayMs: { min: 1, max: 20 }, breakFetch: 0 });
        roomy(node);
      }
      await clock.advance(forMs);
    },
    stop: async () => {
      for (const node of nodes) {
        node.life += 1;
        node.agent?.kill();
      }
      centre?.kill();
      await clock.settle();
    },
  };
}

type Input = { kind: string; name: string; spec: unknown };

const person: Principal = { kind: 'person', person: { name: 'Sim', email: 'sim@example.org', role: 'administrator' } };
const bare = { params: undefined, query: undefined, body: undefined, principal: person };

interface ChangeBody {
  resources: Input[];
  delete: { kind: 'Connector'; name: string }[];
}

async function changeIn(centre: ControlPlane | null, body: ChangeBody): Promise<void> {
  if (centre === null) throw new EdgeError('unreachable', 'the control plane is down');
  await centre.handlers.apply({ ...bare, body });
}

async function pushModel(centre: ControlPlane, version: number): Promise<void> {
  const body = (async function* () {
    yield modelBytes(version);
  })();
  const query = version === 1 ? { alias: 'champion' } : {};
  await centre.handlers.pushModel({ ...bare, params: { model: 'm' }, query, body });
}

async function enrolmentToken(centre: ControlPlane, node: string): Promise<string> {
  const body = { site: 'site', node, uses: 1, hours: 24, labels: {}, variables: {} };
  return (await centre.handlers.makeEnrolment({ ...bare, body })).token;
}

const BROKEN = 666_666;

function isBroken(flow: unknown): boolean {
  return canonicalJson(flow).includes(String(BROKEN));
}

function flowResource(threshold: number) {
  return {
    kind: 'Flow',
    name: 'f',
    spec: {
      inputs: { x: { tag: 'plc/x' } },
      steps: [
        { id: 'y', model: { use: 'm@champion', inputs: { x: ['x'] }, outputs: { y: 'y' } } },
        { id: 'high', when: { value: 'y.y', above: threshold } },
      ],
      streams: { samples: { maxBytes: 8 * 1024 * 1024 } },
    },
  };
}

/** The connector that the flow needs, or one more beside it. */
function connectorResource(port: number, name = 'plc') {
  const tags = [{ name: 'x', source: { address: 1 } }];
  const config = { host: name, port };
  return {
    kind: 'Connector',
    name,
    spec: { target: { all: true }, equipment: name, protocol: 'modbus', config, tags },
  };
}

function modelBytes(version: number): Uint8Array {
  return Uint8Array.from({ length: 150_000 }, (_, at) => (at * 31 + version) & 0xff);
}

function makeKeys(now: number) {
  const pair = (id: string) => ({ id, ...generateKeyPairSync('ed25519') });
  const [root, online] = [pair('root'), pair('online')];
  const publicText = (key: typeof root) => key.publicKey.export({ format: 'jwk' }).x!;
  const role = (key: typeof root) => ({ keys: { [key.id]: publicText(key) }, threshold: 1 });
  const signed = (key: typeof root, payload: string) => ({
    keyId: key.id,
    signature: sign(null, Buffer.from(payload), key.privateKey).toString('base64url'),
  });
  const payload = canonicalJson({ format: 1, number: 1, issuedAt: now, root: role(root), manifest: role(online) });
  return {
    trust: [{ payload, signatures: [signed(root, payload)] }],
    rootKeyId: root.id,
    signManifest: (text: string) => signed(online, text),
  };
}

/** Notes what the journal said is durable. */
function watchJournal(journal: Journal, node: SimNode, alive: () => boolean): Journal {
  return {
    ...journal,
    append: async (batch) => {
      const appended = await journal.append(batch);
      if (!alive()) return appended;
      batch.records.forEach(({ body }, index) => {
        if (body.kind === 'sample' && appended.numbers[index] !== null) {
          node.acknowledged.push({ flow: body.flow, number: Number(body.values['number']) });
        }
      });
      return appended;
    },
  };
}

/** A step that runs twice shows here: a workload that runs is started with the same definition again. */
function noDoubleStarts(
  workloads: ReturnType<FakeWorkloads['create']>,
  node: SimNode,
  alive: () => boolean,
): ReturnType<FakeWorkloads['create']> {
  const starting = new Set<string>();
  return {
    ...workloads,
    start: async (workload, context) => {
      const now = workloads.observe().workloads.find((one) => one.id === workload.id);
      const same = now?.digest === workload.digest && now.phase !== 'failed';
      const key = `${workload.id} ${workload.digest}`;
      if (alive() && (same || starting.has(key))) node.wrong.push(`started ${workload.id} twice`);
      starting.add(key);
      try {
        await workloads.start(workload, context);
      } finally {
        starting.delete(key);
      }
    },
  };
}
