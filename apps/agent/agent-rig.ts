import { createHash } from 'node:crypto';
import { memoryArtifacts } from '../../adapters/artifacts/memory-artifacts.ts';
import { type FileJournal, openFileJournal } from '../../adapters/journal/file-journal.ts';
import { createMemoryNetwork, type LinkFaults, type MemoryCentre } from '../../adapters/link/memory-link.ts';
import type { CentreConnection } from '../../adapters/link/port.ts';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import { generateSigningKey, type KeyPair, keyId, sign, verify } from '../../adapters/system/keys.ts';
import type { Machine } from '../../adapters/system/machine.ts';
import { type MemoryFiles, memoryFiles } from '../../adapters/system/memory-files.ts';
import { type Random, seededRandom } from '../../adapters/system/random.ts';
import {
  createFakeWorkloads,
  type FakeWorkloads,
  type FakeWorkloadsOptions,
} from '../../adapters/workloads/fake-workloads.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import type { CentreFrame, EnrolRequest, NodeFrame } from '../../contracts/link.ts';
import type { ConnectorWorkload, FlowWorkload, Manifest, Signed, Trust, Workload } from '../../contracts/manifest.ts';
import type { StreamRecord } from '../../contracts/records.ts';
import type { Report } from '../../contracts/report.ts';
import { digestOf } from '../../core/base/digest.ts';
import { enrolProofText, linkProofText } from '../../core/trust/signed-texts.ts';
import type { AgentConfig } from './agent-ports.ts';
import { type Agent, createAgent } from './create-agent.ts';

const START_MS = Date.UTC(2026, 10, 22, 12);

/** Keys as a project has them: an offline root and a key that signs manifests. */
export interface RigKeys {
  root: KeyPair;
  manifest: KeyPair;
}

export function signText(payload: string, ...keys: readonly KeyPair[]): Signed {
  const bytes = Buffer.from(payload);
  return {
    payload,
    signatures: keys.map((key) => ({ keyId: keyId(key.publicKey), signature: sign(key.privateKey, bytes) })),
  };
}

export function aTrust(keys: RigKeys, part: Partial<Trust> = {}): Trust {
  return {
    format: 1,
    number: 1,
    issuedAt: START_MS,
    root: { keys: { [keyId(keys.root.publicKey)]: keys.root.publicKey }, threshold: 1 },
    manifest: { keys: { [keyId(keys.manifest.publicKey)]: keys.manifest.publicKey }, threshold: 1 },
    ...part,
  };
}

/** A connector and a flow that needs a model whose bytes are `modelBytes`. */
export function someWorkloads(modelBytes: Uint8Array, release = 1): Workload[] {
  const sha256 = createHash('sha256').update(modelBytes).digest('hex');
  const connector: Omit<ConnectorWorkload, 'digest'> = {
    kind: 'connector',
    id: 'shared/connector/weather',
    runner: 'shared',
    connector: {
      name: 'weather',
      equipment: 'weather',
      protocol: 'modbus',
      config: {},
      scan: '1s',
      staleAfter: '30s',
      tags: [
        { name: 'ghi', type: 'number', writable: false, source: {}, dataClass: 'internal' },
        { name: 'limit', type: 'number', writable: true, source: {}, dataClass: 'internal' },
      ],
    },
  };
  const signature = { inputs: [], outputs: [] };
  const flow: Omit<FlowWorkload, 'digest'> = {
    kind: 'flow',
    id: 'shared/flow/forecast',
    runner: 'shared',
    name: 'forecast',
    deployment: 'pv',
    release,
    flow: {
      inputs: { ghi: { tag: 'weather/ghi', type: 'number', accept: 'uncertain' } },
      steps: [{ id: 'twice', compute: { value: 'ghi * 2.0' } }],
      streams: {},
      isolation: 'shared',
    },
    models: { 'm:1': { name: 'm', version: release, artifact: { sha256, sizeBytes: modelBytes.length }, signature } },
    after: [connector.id],
  };
  return [
    { ...connector, digest: digestOf(connector) },
    { ...flow, digest: digestOf(flow) },
  ];
}

/** A small control plane for tests of the agent: keeps what nodes say, answers as the real one does. */
export function createTestCentre(random: Random) {
  const keys: RigKeys = { root: generateSigningKey(random), manifest: generateSigningKey(random) };
  const nodes = new Map<string, { publicKey: string; connection?: CentreConnection }>();
  const tokens = new Map<string, { uses: number; by: Map<string, string> }>([['good', { uses: 100, by: new Map() }]]);
  const artifacts = new Map<string, Uint8Array>();
  const stored = new Map<string, StreamRecord[]>();
  const trust: Signed[] = [signText(canonicalJson(aTrust(keys)), keys.root)];
  const reports: Report[] = [];
  const frames: NodeFrame[] = [];
  let manifest: Signed | null = null;
  let nextSession = 1;
  const sessions = new Set<string>();

  const store = (frame: Extract<NodeFrame, { kind: 'records' }>): number => {
    const key = `${frame.stream} ${frame.incarnation}`;
    const have = stored.get(key) ?? [];
    stored.set(key, have);
    const dropped = frame.dropped.map(({ from, to }) => ({ from, to }));
    for (const record of frame.records) if (have.every(({ number }) => number !== record.number)) have.push(record);
    const present = new Set(have.map(({ number }) => number));
    for (const { from, to } of dropped) for (let n = from; n <= to; n++) present.add(n);
    let upTo = 0;
    while (present.has(upTo + 1)) upTo += 1;
    for (let at = have.length - 1; at >= 0; at--) if (have[at]!.number > upTo) have.splice(at, 1);
    return upTo;
  };

  const accept: MemoryCentre['accept'] = (connection) => {
    let hello: Extract<NodeFrame, { kind: 'hello' }> | undefined;
    const centreNonce = random.id();
    let node: string | undefined;
    const onFrame = (frame: NodeFrame) => {
      frames.push(frame);
      if (frame.kind === 'hello') {
        hello = frame;
        connection.send({ kind: 'challenge', nonce: centreNonce });
      } else if (frame.kind === 'prove') {
        if (node !== undefined || hello === undefined) return;
        const known = nodes.get(hello.node);
        const text = linkProofText({ node: hello.node, nodeNonce: hello.nonce, centreNonce });
        if (known === undefined || !verify(known.publicKey, Buffer.from(text), frame.signature)) {
          connection.send({ kind: 'refused', code: 'unauthenticated', message: 'not known' });
          return;
        }
        node = hello.node;
        known.connection = connection;
        const session = `session-${nextSession++}`;
        sessions.add(session);
        connection.send({ kind: 'welcome', session, reportEveryMs: 10_000, at: 0 });
      } else if (frame.kind === 'report') {
        reports.push(frame.report);
        for (const signed of trust.slice(frame.report.trustNumber)) connection.send({ kind: 'trust', trust: signed });
        if (manifest !== null && frame.report.manifestNumber !== numberOf(manifest)) {
          connection.send({ kind: 'manifest', manifest });
        }
      } else if (frame.kind === 'records') {
        connection.send({ kind: 'stored', stream: frame.stream, incarnation: frame.incarnation, upTo: store(frame) });
      }
    };
    return { onFrame, onClose: () => {} };
  };

  const enrol = async (request: EnrolRequest) => {
    const { token, publicKey } = request;
    if (!verify(publicKey, Buffer.from(enrolProofText(request)), request.proof))
      throw new EdgeError('forbidden', 'no proof');
    const known = tokens.get(token);
    const before = known?.by.get(publicKey);
    if (known === undefined || (before === undefined && known.uses === 0)) throw new EdgeError('token-spent', 'spent');
    const node = before ?? request.node ?? `node-${nodes.size + 1}`;
    if (before === undefined) known.uses -= 1;
    known.by.set(publicKey, node);
    nodes.set(node, { ...nodes.get(node), publicKey });
    return { node, site: 'here', trust: [...trust] };
  };

  const centre: MemoryCentre = {
    accept,
    enrol,
    artifact: async (sha256, fromByte, session) => {
      if (!sessions.has(session)) throw new EdgeError('unauthenticated', 'no such session');
      const bytes = artifacts.get(sha256);
      if (bytes === undefined) throw new EdgeError('not-found', 'no such artifact');
      return (async function* () {
        yield bytes.subarray(fromByte);
      })();
    },
  };
  const send = (node: string, frame: CentreFrame) => nodes.get(node)?.connection?.send(frame);
  return {
    centre,
    keys,
    trust,
    tokens,
    artifacts,
    reports,
    frames,
    send,
    /** Bytes that nodes can fetch by the digest of `named`, which may be other bytes. */
    offer: (named: Uint8Array, bytes: Uint8Array = named) => {
      artifacts.set(createHash('sha256').update(named).digest('hex'), bytes);
    },
    manifestFor: (node: string, number: number, part: Partial<Manifest> = {}): Manifest => ({
      format: 1,
      node,
      number,
      issuedAt: START_MS,
      site: { name: 'here', latitude: 0, longitude: 0, timeZone: 'UTC' },
      releases: {},
      workloads: [],
      streams: {},
      secrets: {},
      ...part,
    }),
    /** Signs and sends a manifest, and sends it again to whoever reports another number. */
    issue: (next: Manifest, ...signers: readonly KeyPair[]) => {
      manifest = signText(canonicalJson(next), ...(signers.length === 0 ? [keys.manifest] : signers));
      send(next.node, { kind: 'manifest', manifest });
      return manifest;
    },
    forgetManifest: () => {
      manifest = null;
    },
    /** Records of a stream as they were stored, over all incarnations. */
    records: (stream: string): StreamRecord[] =>
      [...stored].filter(([key]) => key.startsWith(`${stream} `)).flatMap(([, records]) => records),
  };
}

function numberOf(signed: Signed): number {
  return (JSON.parse(signed.payload) as Manifest).number;
}

export interface RunningAgent {
  agent: Agent;
  events: AgentEvent[];
  workloads: FakeWorkloads;
  files: MemoryFiles;
  artifactFiles: MemoryFiles;
}

const machine: Machine = {
  platform: 'fake',
  cpus: 1,
  load1: 0,
  memoryBytes: 1,
  memoryFreeBytes: 1,
  uptimeS: 0,
  rssBytes: 0,
};

/** Agents, a centre and the line between them, on one fake clock and one seed. */
export function createAgentRig(seed = 1, faults: Partial<LinkFaults> = {}) {
  const clock = createFakeClock(START_MS);
  const random = seededRandom(seed);
  const centre = createTestCentre(random);
  const network = createMemoryNetwork({ clock, random, faults });
  network.serve(centre.centre);

  const start = async (
    options: {
      name?: string;
      files?: MemoryFiles;
      artifactFiles?: MemoryFiles;
      join?: AgentConfig['join'];
      workloads?: Partial<FakeWorkloadsOptions>;
      limits?: AgentConfig['limits'];
      onlyCreate?: boolean;
    } = {},
  ): Promise<RunningAgent> => {
    const name = options.name ?? 'pi-1';
    const files = options.files ?? memoryFiles();
    const artifactFiles = options.artifactFiles ?? memoryFiles();
    const workloads = createFakeWorkloads({ clock, ...options.workloads });
    const journal: FileJournal = await openFileJournal({ files: files as MemoryFiles, clock, random });
    const join = { token: 'good', rootKeyId: keyId(centre.keys.root.publicKey), node: name };
    const agent = createAgent(
      {
        clock,
        random,
        files,
        link: network.client(name),
        journal,
        artifacts: memoryArtifacts(random, artifactFiles),
        createWorkloads: workloads.create,
        observeMachine: () => machine,
      },
      {
        version: '0.0.0',
        join: options.join === undefined ? join : options.join,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
      },
    );
    const events: AgentEvent[] = [];
    agent.subscribe((event) => events.push(event));
    if (options.onlyCreate !== true) await agent.start();
    return { agent, events, workloads, files, artifactFiles };
  };

  /** Ends an agent as a power cut or SIGKILL does and gives the files that the next life finds. */
  const crash = (running: RunningAgent, name = 'pi-1', how?: { powerCutSeed: number }) => {
    running.agent.kill();
    network.drop(name);
    return { files: running.files.crash(how), artifactFiles: running.artifactFiles.crash(how) };
  };

  return { clock, random, centre, network, start, crash };
}
