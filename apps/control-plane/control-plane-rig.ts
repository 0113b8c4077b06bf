import { memoryArtifacts } from '../../adapters/artifacts/memory-artifacts.ts';
import { memoryIdentity } from '../../adapters/identity/memory/memory-identity.ts';
import type { CentreHandlers } from '../../adapters/link/port.ts';
import { memoryDatabase } from '../../adapters/store/memory/memory-database.ts';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import { generateSealingKey, generateSigningKey, type KeyPair, sign } from '../../adapters/system/keys.ts';
import { memoryFiles } from '../../adapters/system/memory-files.ts';
import { seededRandom } from '../../adapters/system/random.ts';
import { routes } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { CentreFrame, NodeFrame } from '../../contracts/link.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import type { RecordBody } from '../../contracts/records.ts';
import type { Report } from '../../contracts/report.ts';
import { enrolProofText, linkProofText } from '../../core/trust/signed-texts.ts';
import { type ControlPlane, createControlPlane } from './create-control-plane.ts';
import type { HandlerRequest, Handlers } from './handlers.ts';
import { newKeys, signingKeys } from './keys.ts';
import type { ControlPlaneConfig, ControlPlanePorts } from './ports.ts';
import type { Principal } from './principal.ts';

export const admin: Principal = {
  kind: 'person',
  person: { name: 'Ada', email: 'ada@example.com', role: 'administrator' },
};
const START = Date.UTC(2026, 0, 1);

type Call = <N extends keyof Handlers>(
  name: N,
  parts?: { params?: unknown; query?: unknown; body?: unknown; principal?: Principal },
) => ReturnType<Handlers[N]>;

/** A control plane over memory and a clock that stands still, for tests. Nodes talk to it by hand. */
export async function aControlPlane(config: Partial<ControlPlaneConfig> = {}, change: Partial<ControlPlanePorts> = {}) {
  const clock = createFakeClock(START);
  const random = seededRandom(7);
  const identity = memoryIdentity({ clock, random });
  const artifactFiles = memoryFiles();
  const keys = newKeys(random, START);
  const logged: string[] = [];
  let database = memoryDatabase();
  const portsNow = (): ControlPlanePorts => ({
    clock,
    random,
    identity,
    store: database.store,
    records: database.records,
    artifacts: memoryArtifacts(random, artifactFiles),
    keys: signingKeys(keys),
    inspectModel: async () => ({ signature, opsets: { '': 17 }, operators: { Gemm: 1 }, parameters: 3 }),
    checkConnector: () => [],
    log: (_level, text) => logged.push(text),
    ...change,
  });
  const open = async () => {
    const made = await createControlPlane(portsNow(), { reportEveryMs: 1000, url: 'http://centre', ...config });
    await made.start();
    await clock.advance(50);
    return made;
  };
  let centre = await open();

  const call: Call = (name, { params, query, body, principal } = {}) => {
    const route = routes[name] as { params?: Schema; query?: Schema; body?: Schema };
    const read = (schema: Schema | undefined, value: unknown) => schema?.parse(value ?? {});
    const bytes = name === 'pushModel' ? body : read(route.body, body);
    const request = {
      params: read(route.params, params),
      query: read(route.query, query),
      body: bytes,
      principal: principal ?? admin,
    };
    return centre.handlers[name](request as unknown as HandlerRequest<typeof name> & never) as ReturnType<
      Handlers[typeof name]
    >;
  };

  return {
    clock,
    random,
    logged,
    identity,
    get centre(): ControlPlane {
      return centre;
    },
    get database() {
      return database;
    },
    call,
    /** Applies resources and lets the loops do what follows. */
    apply: async (...resources: unknown[]) => {
      const { changes } = await call('apply', { body: { resources } });
      await clock.advance(100);
      return changes;
    },
    /** Ends the process as SIGKILL does, and starts it again over the same data. */
    crash: async () => {
      centre.kill();
      database = database.crash();
      centre = await open();
    },
    settle: () => clock.advance(100),
  };
}

type Schema = { parse(value: unknown): unknown };
export type Rig = Awaited<ReturnType<typeof aControlPlane>>;

const signature = {
  inputs: [{ name: 'x', type: 'float32', shape: [null, 1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [null, 1] }],
};

/** A site, equipment with two tags, a flow that calls a model, and a deployment of it. */
export const aSite = (name = 'piedmont') => ({
  kind: 'Site',
  name,
  labels: { plant: 'pv' },
  spec: { latitude: 45, longitude: 8 },
});
export const aConnector = (over: Record<string, unknown> = {}) => ({
  kind: 'Connector',
  name: 'weather',
  spec: {
    target: { labels: { plant: 'pv' } },
    equipment: 'weather',
    protocol: 'replay',
    config: { host: '127.0.0.1' },
    tags: [
      { name: 'ghi', source: {}, unit: 'W/m2' },
      { name: 'limit', source: {}, writable: true },
    ],
    ...over,
  },
});
export const aFlow = (over: Record<string, unknown> = {}) => ({
  kind: 'Flow',
  name: 'forecast',
  spec: {
    inputs: { ghi: { tag: 'weather/ghi' } },
    steps: [
      { id: 'high', when: { value: 'ghi', above: 800 } },
      { id: 'set', write: { tag: 'weather/limit', value: 50, when: 'high', on: 'rising' } },
    ],
    ...over,
  },
});
export const aDeployment = (over: Record<string, unknown> = {}) => ({
  kind: 'Deployment',
  name: 'pv',
  spec: {
    target: { labels: { plant: 'pv' } },
    flows: ['forecast'],
    rollout: { healthyFor: '2s', healthyWithin: '20s' },
    ...over,
  },
});
export const everything = () => [aSite(), aConnector(), aFlow(), aDeployment()];

/** A node that a test moves by hand: it enrols, opens a line, proves itself, and says what it is told to. */
export async function aNode(rig: Rig, { site = 'piedmont', name }: { site?: string; name?: string } = {}) {
  const keys = generateSigningKey(rig.random);
  const sealing = generateSealingKey(rig.random);
  const { token } = await rig.call('makeEnrolment', { body: { site, ...(name === undefined ? {} : { node: name }) } });
  const asked = { token, publicKey: keys.publicKey, sealingKey: sealing.publicKey };
  const enrolled = await rig.centre.enrol({
    ...asked,
    proof: sign(keys.privateKey, Buffer.from(enrolProofText(asked))),
  });
  const node = aLine(rig, enrolled.node, keys);
  await node.connect();
  return node;
}

export type TestNode = Awaited<ReturnType<typeof aNode>>;

function aLine(rig: Rig, name: string, keys: KeyPair) {
  const frames: CentreFrame[] = [];
  const closed: string[] = [];
  let line: CentreHandlers | undefined;
  let session = '';
  const numbers = new Map<string, number>();

  const last = <K extends CentreFrame['kind']>(kind: K) =>
    frames.findLast((frame) => frame.kind === kind) as Extract<CentreFrame, { kind: K }> | undefined;
  const say = (frame: NodeFrame) => {
    if (line === undefined) throw new EdgeError('closed', 'this test node has no line');
    line.onFrame(frame);
  };
  const manifest = () => JSON.parse(last('manifest')?.manifest.payload ?? 'null') as Manifest | null;

  return {
    name,
    keys,
    frames,
    closed,
    last,
    say,
    manifest,
    session: () => session,
    connect: async (privateKey = keys.privateKey) => {
      const mine = rig.centre.accept({
        remote: '10.0.0.1:1',
        send: (frame) => frames.push(structuredClone(frame)) > 0,
        close: (because) => {
          closed.push(because);
          if (line === mine) line = undefined;
          queueMicrotask(() => mine.onClose(because));
        },
      });
      line = mine;
      mine.onFrame({ kind: 'hello', protocol: 1, node: name, nonce: 'bm9kZQ' });
      const centreNonce = last('challenge')!.nonce;
      const text = linkProofText({ node: name, nodeNonce: 'bm9kZQ', centreNonce });
      mine.onFrame({ kind: 'prove', signature: sign(privateKey, Buffer.from(text)) });
      session = last('welcome')?.session ?? '';
      await rig.settle();
    },
    hangUp: async () => {
      line?.onClose('the line broke');
      line = undefined;
      await rig.settle();
    },
    /** Reports that it runs what its newest manifest says, with what a test wants to be different. */
    report: async (over: Partial<Report> = {}) => {
      const has = manifest();
      const workloads = (has?.workloads ?? []).map(({ id, kind, digest, runner }) => ({
        id,
        kind,
        digest,
        runner,
        phase: 'running' as const,
        health: 'healthy' as const,
        since: rig.clock.now(),
        restarts: 0,
      }));
      say({
        kind: 'report',
        report: { ...aReport(name, rig.clock.now()), manifestNumber: has?.number ?? 0, workloads, ...over },
      });
      await rig.settle();
    },
    publish: async (stream: string, ...bodies: RecordBody[]) => {
      const after = numbers.get(stream) ?? 0;
      const records = bodies.map((body, index) => ({ number: after + 1 + index, at: rig.clock.now(), body }));
      numbers.set(stream, after + bodies.length);
      say({ kind: 'records', stream, incarnation: 'i1', after, records, dropped: [] });
      await rig.settle();
    },
  };
}

function aReport(node: string, at: number): Report {
  const host = {
    platform: 'linux',
    cpus: 1,
    load1: 0,
    memoryBytes: 1,
    memoryFreeBytes: 1,
    diskFreeBytes: 1,
    uptimeS: 1,
    agentRssBytes: 1,
    runnersRssBytes: 1,
  };
  return {
    node,
    at,
    agentVersion: '0.1.0',
    startedAt: at,
    manifestNumber: 0,
    manifestSha256: null,
    trustNumber: 1,
    converged: true,
    refused: null,
    stuck: null,
    host,
    workloads: [],
    connectors: [],
    streams: [],
  };
}
