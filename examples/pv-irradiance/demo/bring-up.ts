import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../adapters/system/clock.ts';
import type { Random } from '../../../adapters/system/random.ts';
import { type ApiClient, createApiClient } from '../../../apps/cli/api-client.ts';
import { applyChange, planChange } from '../../../apps/cli/apply-change.ts';
import { setSecret } from '../../../apps/cli/commands/secret.ts';
import { readLocalAccess } from '../../../apps/cli/find-control-plane.ts';
import { pushModel } from '../../../apps/cli/push-model.ts';
import { parseResources, readResources, type WrittenResource } from '../../../apps/cli/read-resources.ts';
import { yamlText } from '../../../apps/cli/show/answer.ts';
import { EdgeError } from '../../../contracts/errors.ts';
import { type DemoPlant, type DemoSettings, demoPlants } from './demo-plants.ts';
import type { LineProxy } from './line-proxy.ts';
import { type Child, type Supervisor, waitFor } from './supervisor.ts';

export const BROKER_USER = 'orla';
const SECRET = 'weather-password';
/** What the site of each node allows, in the file that only the site can change. */
const SITE_POLICY = 'writes:\n  allow:\n    - battery/*\n';

/** What the demo works with while it comes up. */
export interface DemoWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly supervisor: Supervisor;
  readonly signal: AbortSignal;
  readonly root: string;
  /** Everything that it keeps. */
  readonly folder: string;
  readonly settings: DemoSettings;
  readonly host: string;
  readonly reportEvery: string;
  say(text: string): void;
}

export interface RunningControlPlane {
  readonly child: Child;
  readonly api: ApiClient;
  readonly url: string;
  readonly rootKeyId: string;
  /** The link that makes the first administrator; undefined when there is one. */
  firstLink(): string | undefined;
}

export interface RunningDemo {
  readonly controlPlane: RunningControlPlane;
  readonly agents: ReadonlyMap<string, Child>;
  readonly plants: readonly Child[];
}

const example = (world: DemoWorld, ...path: string[]) => join(world.root, 'examples/pv-irradiance', ...path);

/** Starts the control plane and waits until it answers. */
export async function startControlPlane(
  world: DemoWorld,
  consoleDir: string | undefined,
): Promise<RunningControlPlane> {
  const data = join(world.folder, 'control-plane');
  const link: { first?: string } = {};
  const listen = `${world.host}:${world.settings.controlPlanePort}`;
  const child = await world.supervisor.start({
    name: 'control-plane',
    script: 'apps/control-plane/main.ts',
    args: [
      ...['--data', data, '--listen', listen, '--report-every', world.reportEvery],
      ...(consoleDir === undefined ? [] : ['--console-dir', consoleDir]),
    ],
    onLine: (line) => {
      const found = /https?:\/\/\S+\/#first=\S+/.exec(line);
      if (found !== null) link.first = found[0];
    },
  });
  const access = await waitFor(world.clock, world.signal, {
    what: `The control plane answers on ${listen}`,
    withinMs: 30_000,
    everyMs: 50,
    child,
    check: async () => {
      const found = readLocalAccess(join(data, 'local-access.json'));
      return found !== undefined && (await answers(world, found)) ? found : undefined;
    },
  });
  const api = createApiClient({ url: access.url, token: access.token, from: 'the demo', fetch, stopped: world.signal });
  const { rootKeyId } = access;
  if (rootKeyId === undefined) throw new EdgeError('corrupt', 'The control plane does not say its root key.');
  return { child, api, url: access.url, rootKeyId, firstLink: () => link.first };
}

async function answers(world: DemoWorld, access: { url: string; token: string }): Promise<boolean> {
  const api = createApiClient({ ...access, fetch, stopped: world.signal });
  return api.call('me', {}).then(
    () => true,
    () => false,
  );
}

/** Starts broker and plants, each a process that speaks its real protocol. */
export async function startPlants(world: DemoWorld): Promise<Child[]> {
  const { settings, supervisor } = world;
  const passwordFile = join(world.folder, 'broker-password');
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, `${world.random.id()}\n`, { mode: 0o600 });
  const broker = `127.0.0.1:${settings.brokerPort}`;
  const login = ['--password-file', passwordFile];
  const children = [
    await supervisor.start({
      name: 'broker',
      script: 'examples/pv-irradiance/broker.ts',
      args: ['--listen', broker, '--user', BROKER_USER, ...login],
    }),
  ];
  for (const plant of demoPlants) {
    const mqtt = ['--mqtt', `mqtt://${broker}`, '--mqtt-user', BROKER_USER, '--mqtt-password-file', passwordFile];
    children.push(
      await supervisor.start({
        name: `plant-${plant.site}`,
        script: 'examples/pv-irradiance/plant.ts',
        args: [
          ...['--data', example(world, 'data', plant.data), '--format', plant.format],
          ...['--modbus', `127.0.0.1:${settings.plantPorts[plant.site]}`, '--pace', `${settings.paceMs}ms`],
          ...['--start', plant.start, '--clock-anchor', new Date(settings.anchorMs).toISOString()],
          ...(plant.mqtt ? mqtt : []),
        ],
      }),
    );
  }
  return children;
}

/** Sites with the addresses of this run, and the model; the same calls that `orla apply` and `orla model push` make. */
export async function applySitesAndModel(world: DemoWorld, api: ApiClient): Promise<void> {
  await apply(
    world,
    api,
    (await read(world, 'sites.yaml')).map((site) => withAddresses(site, world.settings)),
  );
  const model = { file: 'pv-irradiance.onnx', model: 'pv-irradiance', card: 'card.md' };
  const { items } = await api.call('listResources', { params: { kind: 'Model' }, query: {} });
  // People may have moved the alias since: a demo that goes on leaves it where it is.
  const alias = items.some((item) => item.name === model.model) ? {} : { alias: 'champion' };
  await pushModel(api, example(world, 'model'), { ...model, ...alias });
}

/** Connectors, flow and deployment. The secret must be sealed by then, which needs nodes that have enrolled. */
export async function applyFlow(world: DemoWorld, api: ApiClient): Promise<void> {
  const { items: secrets } = await api.call('listResources', { params: { kind: 'Secret' }, query: {} });
  // Sealing again would give other bytes, and so a new manifest, for the same password.
  if (!secrets.some((secret) => secret.name === SECRET)) {
    const password = readFileSync(join(world.folder, 'broker-password'), 'utf8').trim();
    await setSecret(api, SECRET, password, { site: demoPlants.find((plant) => plant.mqtt)?.site });
  }
  const files = await Promise.all(['connectors.yaml', 'flow.yaml', 'deployment.yaml'].map((file) => read(world, file)));
  await apply(world, api, files.flat());
}

/** Starts the agent of each site; a node that has no identity yet gets a token that admits it once. */
export async function startAgents(
  world: DemoWorld,
  { api, rootKeyId }: RunningControlPlane,
  line: Pick<LineProxy, 'port'>,
): Promise<ReadonlyMap<string, Child>> {
  const { items } = await api.call('listResources', { params: { kind: 'Node' }, query: {} });
  const known = new Set(items.map((node) => node.name));
  const agents = new Map<string, Child>();
  for (const plant of demoPlants) {
    const data = join(world.folder, 'nodes', plant.node);
    mkdirSync(data, { recursive: true });
    const policy = join(data, 'site-policy.yaml');
    if (!existsSync(policy)) writeFileSync(policy, SITE_POLICY);
    const join_ = ['--join', `http://127.0.0.1:${line.port}`, '--root', rootKeyId];
    agents.set(
      plant.node,
      await world.supervisor.start({
        name: `agent-${plant.site}`,
        script: 'apps/agent/main.ts',
        args: [
          '--data',
          data,
          '--name',
          plant.node,
          ...join_,
          ...(known.has(plant.node) ? [] : await tokenFor(api, plant, data)),
        ],
      }),
    );
  }
  for (const plant of demoPlants) {
    await waitFor(world.clock, world.signal, {
      what: `The node ${plant.node} has enrolled`,
      withinMs: 60_000,
      everyMs: 100,
      child: agents.get(plant.node),
      check: () => api.call('node', { params: { node: plant.node } }).catch(() => undefined),
    });
  }
  return agents;
}

async function tokenFor(api: ApiClient, plant: DemoPlant, data: string): Promise<string[]> {
  const { token } = await api.call('makeEnrolment', { body: { site: plant.site, node: plant.node } });
  const file = join(data, 'enrolment-token');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return ['--token-file', file];
}

/** Waits until every site has predicted something in this run, saying how far it is. */
export async function firstPredictions(world: DemoWorld, api: ApiClient, sinceMs: number): Promise<void> {
  const waiting = new Set(demoPlants);
  await waitFor(world.clock, world.signal, {
    what: `Predictions at ${demoPlants.map((plant) => plant.site).join(', ')}`,
    withinMs: 180_000,
    everyMs: 250,
    check: async () => {
      for (const plant of [...waiting]) {
        if (!(await hasPredicted(api, plant.node, sinceMs))) continue;
        waiting.delete(plant);
        world.say(`first prediction at ${plant.site}${waiting.size === 0 ? '' : `, waiting for ${waiting.size} more`}`);
      }
      return waiting.size === 0 ? true : undefined;
    },
  });
}

async function hasPredicted(api: ApiClient, node: string, sinceMs: number): Promise<boolean> {
  const query = { newest: 5 };
  const found = await api.call('records', { params: { node, stream: 'predictions' }, query }).catch(() => undefined);
  return (found?.items ?? []).some(
    ({ at, body }) =>
      at >= sinceMs && body.kind === 'prediction' && Object.values(body.values).some((value) => value !== null),
  );
}

async function apply(world: DemoWorld, api: ApiClient, written: readonly WrittenResource[]): Promise<void> {
  const wanted = { written, remove: [] };
  const { answer: plan } = await planChange(api, wanted);
  if (plan.changes.every((change) => change.action === 'unchanged')) return;
  await applyChange(api, wanted, { plan, because: 'demo' });
  world.say(
    `applied ${plan.changes
      .filter((change) => change.action !== 'unchanged')
      .map((change) => `${change.kind} ${change.name}`)
      .join(', ')}`,
  );
}

function read(world: DemoWorld, file: string): Promise<WrittenResource[]> {
  return readResources([example(world, file)], { cwd: world.root, input: process.stdin });
}

function withAddresses({ resource }: WrittenResource, settings: DemoSettings): WrittenResource {
  const spec = resource['spec'] as { variables: Record<string, unknown> };
  const variables = { ...spec.variables, plantPort: settings.plantPorts[resource.name] };
  if ('brokerPort' in variables) Object.assign(variables, { brokerPort: settings.brokerPort, brokerUser: BROKER_USER });
  const [written] = parseResources('sites.yaml', yamlText({ ...resource, spec: { ...spec, variables } }));
  return written as WrittenResource;
}
