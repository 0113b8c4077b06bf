import type { ResourceWrite } from '../../adapters/store/port.ts';
import type { Change, Plan, PlannedChange, PlannedNode } from '../../contracts/changes.ts';
import { EdgeError } from '../../contracts/errors.ts';
import { type Kind, kindNames, type Resource } from '../../contracts/resource.ts';
import { digestOf } from '../../core/base/digest.ts';
import type { CodedProblem } from '../../core/base/schema-problems.ts';
import type { Release } from '../../core/release/release.ts';
import { waveSizes } from '../../core/rollout/plan-rollout.ts';
import type { Centre } from './centre.ts';
import { diffFields } from './diff-fields.ts';
import { releasesOfNode, settledRelease, targetsOf } from './fleet.ts';
import { affectedNodes, compileFor } from './manifest-loop.ts';
import type { Resources } from './mirror.ts';
import { type AskedResource, parseResources } from './parse-resources.ts';
import { planNode } from './plan-node.ts';
import { nextRelease } from './release-loop.ts';
import { usersOf, usersText } from './users-of.ts';

/** Nodes whose steps are worked out in one preview, and after how many the others get their turn. */
const NODES_MAX = 2000;
const TURN = 20;

export interface ChangeRequest {
  readonly resources: readonly unknown[];
  readonly delete: readonly { readonly kind: Kind; readonly name: string }[];
  readonly undo?: boolean;
}

export interface PlannedAll {
  readonly plan: Plan;
  readonly writes: readonly ResourceWrite[];
  /** Why it must not be done; the plan's other problems were there before. */
  readonly blocking: readonly CodedProblem[];
}

/** What a change would do, worked out by the same functions that will do it. Changes nothing. */
export async function planChange(centre: Centre, request: ChangeRequest): Promise<PlannedAll> {
  const { mirror, ports } = centre;
  const context = { resources: mirror.resources, checkConnector: ports.checkConnector, undo: request.undo === true };
  const { asked, problems } = parseResources(request.resources, context);
  const changes = plannedChanges(mirror.resources, asked, request.delete);
  const after = resourcesAfter(mirror.resources, asked, changes);
  const blocking = [
    ...problems,
    ...generationProblems(asked, mirror.resources),
    ...referenceProblems(mirror.resources, after, asked, changes),
  ];
  if (blocking.length > 0) return { plan: planOf(changes, [], [], blocking), writes: [], blocking };

  const { releases, rollouts, problems: releaseProblems } = planReleases(centre, after);
  const causes = nodesConcerned(centre, after, changes, releases, rollouts);
  const nodes: (PlannedNode & { digest: string })[] = [];
  const nodeProblems: CodedProblem[] = [];
  let count = 0;
  for (const [name, because] of [...causes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const node = after.Node.get(name);
    if (node === undefined) continue;
    count += 1;
    if (count > NODES_MAX) {
      nodes.push({
        node: name,
        site: node.spec.site,
        steps: [],
        writes: [],
        because: `${because}; steps are shown for ${NODES_MAX} nodes`,
        problem: null,
        digest: '',
      });
      continue;
    }
    const planned = await planNode(centre, after, node, releasesAfter(centre, after, name, releases), because);
    if (planned !== null) nodes.push(planned);
    if (
      planned?.problem != null &&
      compileFor(mirror.resources, node, releasesOfNode(mirror, name)).kind === 'compiled'
    ) {
      nodeProblems.push(...newProblems(after, node, releasesAfter(centre, after, name, releases)));
    }
    if (count % TURN === 0) await othersTurn();
  }
  const all = unique<Blocking>([...releaseProblems, ...nodeProblems]);
  const writes = changes.filter((one) => one.action !== 'unchanged').map((one) => writeOf(one, asked));
  return { plan: planOf(changes, nodes, rollouts, all), writes, blocking: all.filter((one) => one.blocks !== false) };
}

/** The resources as the plan leaves them. */
function resourcesAfter(
  before: Resources,
  asked: readonly AskedResource[],
  changes: readonly PlannedChange[],
): Resources {
  const after = Object.fromEntries(
    kindNames.map((kind) => [kind, new Map<string, unknown>(before[kind])]),
  ) as unknown as Resources;
  for (const { action, kind, name } of changes) if (action === 'delete') after[kind].delete(name);
  for (const { kind, name, labels, spec } of asked) {
    const known = before[kind].get(name);
    const base = { generation: 0, createdAt: 0, updatedAt: 0, ...known };
    (after[kind] as Map<string, Resource>).set(name, { ...base, kind, name, labels, spec: spec as Resource['spec'] });
  }
  return after;
}

function plannedChanges(
  resources: Resources,
  asked: readonly AskedResource[],
  deletes: ChangeRequest['delete'],
): PlannedChange[] {
  const puts = asked.map(({ kind, name, labels, spec }): PlannedChange => {
    const known = resources[kind].get(name);
    const after = { labels, spec: JSON.parse(JSON.stringify(spec)) as unknown };
    const fields = diffFields(known === undefined ? null : { labels: known.labels, spec: known.spec }, after);
    const action = known === undefined ? 'create' : fields.length === 0 ? 'unchanged' : 'update';
    return { action, kind, name, generation: known?.generation ?? null, fields };
  });
  const versions = (model: string) => [...resources.ModelVersion.values()].filter((one) => one.spec.model === model);
  const removed = deletes.flatMap(({ kind, name }) => [
    { kind, name },
    ...(kind === 'Model' ? versions(name).map((one) => ({ kind: 'ModelVersion' as const, name: one.name })) : []),
  ]);
  return [
    ...puts,
    ...removed.map(({ kind, name }): PlannedChange => {
      const known = resources[kind].get(name);
      if (known === undefined)
        throw new EdgeError('not-found', `There is no ${kind} "${name}".`, { where: `${kind}/${name}` });
      return { action: 'delete', kind, name, generation: known.generation, fields: [] };
    }),
  ];
}

function generationProblems(asked: readonly AskedResource[], resources: Resources): CodedProblem[] {
  return asked.flatMap(({ kind, name, generation }) => {
    const known = resources[kind].get(name)?.generation ?? 0;
    if (generation === undefined || generation === known) return [];
    return [
      {
        code: 'conflict' as const,
        where: `${kind} ${name}`,
        message: `${kind} ${name} has generation ${known}, not ${generation}`,
        hint: 'It changed meanwhile: read it again and repeat the change.',
      },
    ];
  });
}

function referenceProblems(
  before: Resources,
  after: Resources,
  asked: readonly AskedResource[],
  changes: readonly PlannedChange[],
): CodedProblem[] {
  const problems: CodedProblem[] = [];
  for (const { action, kind, name } of changes) {
    if (action !== 'delete') continue;
    const users = usersOf(before, after, kind, name);
    if (users.length > 0)
      problems.push({
        code: 'in-use',
        where: `${kind} ${name}`,
        message: `${kind} ${name} is used by ${usersText(users)}`,
        hint: 'Remove what uses it first, or delete both together.',
      });
  }
  for (const { kind, name } of asked) {
    if (kind === 'Node') {
      const site = after.Node.get(name)!.spec.site;
      if (!after.Site.has(site))
        problems.push({
          code: 'invalid-resource',
          where: `Node ${name}: spec.site`,
          message: `there is no site "${site}"`,
          hint: 'Apply the site first, or together with this.',
        });
    }
    if (kind === 'Secret') {
      for (const node of Object.keys(after.Secret.get(name)!.spec.sealed)) {
        if (!after.Node.has(node))
          problems.push({
            code: 'invalid-resource',
            where: `Secret ${name}: spec.sealed.${node}`,
            message: `there is no node "${node}"`,
          });
      }
    }
  }
  return problems;
}

/** Lets requests and frames in between: planning many nodes is long work on one thread. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

type Blocking = CodedProblem & { readonly blocks?: boolean };

function planReleases(centre: Centre, after: Resources) {
  const { mirror, ports } = centre;
  const releases = new Map<string, Release>();
  const rollouts: Plan['rollouts'] = [];
  const problems: Blocking[] = [];
  for (const deployment of after.Deployment.values()) {
    const { name } = deployment;
    const planned = nextRelease(mirror, after, deployment);
    if (planned.kind === 'problem') {
      const known = mirror.resources.Deployment.get(name);
      const before = known !== undefined && nextRelease(mirror, mirror.resources, known).kind === 'problem';
      problems.push(...planned.problems.map((problem) => ({ ...problem, code: codeOf(problem), blocks: !before })));
    }
    if (planned.kind !== 'make') continue;
    const { release, digest, body, because } = planned;
    releases.set(name, { deployment: name, release, digest, body, because, madeAt: ports.clock.now(), madeBy: 'plan' });
    const nodes = targetsOf(after, deployment).length;
    const waves = waveSizes(deployment.spec.rollout, nodes).length;
    rollouts.push({ deployment: name, from: settledRelease(mirror.rollouts.get(name)), nodes, waves, because });
  }
  return { releases, rollouts, problems };
}

/** The nodes that may get another manifest, and why. */
function nodesConcerned(
  centre: Centre,
  after: Resources,
  changes: readonly PlannedChange[],
  releases: ReadonlyMap<string, Release>,
  rollouts: Plan['rollouts'],
): Map<string, string> {
  const { resources, assignments } = centre.mirror;
  const causes = new Map<string, string>();
  const add = (nodes: Iterable<string>, because: string) => {
    for (const node of nodes) if (!causes.has(node)) causes.set(node, because);
  };
  for (const { deployment, because } of rollouts) {
    const targets = targetsOf(after, after.Deployment.get(deployment)!);
    add(targets, `release ${releases.get(deployment)!.release} of ${deployment}: ${because}`);
  }
  for (const { action, kind, name } of changes) {
    if (action === 'unchanged') continue;
    const change = {
      kind,
      name,
      before: resources[kind].get(name) ?? null,
      after: after[kind].get(name) ?? null,
    } as Change;
    const because = `${kind} ${name} ${action === 'delete' ? 'deleted' : `${action}d`}`;
    add(affectedNodes(after, change), because);
    if (kind === 'Deployment') add(assignments.get(name)?.keys() ?? [], because);
  }
  return causes;
}

/** The releases of a node when every rollout of the plan is done. */
function releasesAfter(
  centre: Centre,
  after: Resources,
  node: string,
  releases: ReadonlyMap<string, Release>,
): Release[] {
  const { mirror } = centre;
  const kept = new Map(releasesOfNode(mirror, node).map((release) => [release.deployment, release]));
  for (const [name, release] of releases) kept.set(name, release);
  const selected = [...kept].filter(([name]) => {
    const deployment = after.Deployment.get(name);
    return (
      deployment !== undefined &&
      targetsOf({ Site: after.Site, Node: new Map([[node, after.Node.get(node)!]]) }, deployment).length > 0
    );
  });
  return selected.map(([, release]) => release).sort((a, b) => (a.deployment < b.deployment ? -1 : 1));
}

function newProblems(after: Resources, node: Resource<'Node'>, releases: readonly Release[]): CodedProblem[] {
  const compiled = compileFor(after, node, releases);
  return compiled.kind === 'compiled'
    ? []
    : compiled.problems.map((problem) => ({ ...problem, code: codeOf(problem) }));
}

function codeOf({ where, message }: { where?: string | undefined; message: string }): CodedProblem['code'] {
  if (/^the variable /.test(message)) return 'unresolved-variable';
  return where?.startsWith('Flow ') ? 'invalid-flow' : 'invalid-resource';
}

function unique<T extends CodedProblem>(problems: readonly T[]): T[] {
  return [...new Map(problems.map((one) => [`${one.where} ${one.message}`, one])).values()];
}

function writeOf({ action, kind, name, generation }: PlannedChange, asked: readonly AskedResource[]): ResourceWrite {
  const put = asked.find((one) => one.kind === kind && one.name === name);
  const expected = generation ?? 0;
  return {
    kind,
    name,
    expected,
    put: action === 'delete' || put === undefined ? null : { labels: put.labels, spec: put.spec },
  };
}

function planOf(
  changes: PlannedChange[],
  nodes: readonly (PlannedNode & { digest: string })[],
  rollouts: Plan['rollouts'],
  problems: readonly CodedProblem[],
): Plan {
  const fetched = nodes.flatMap((node) =>
    node.steps.flatMap((step) => (step.kind === 'fetch-artifact' ? [step.artifact.sizeBytes] : [])),
  );
  const digest = digestOf({ changes, nodes: nodes.map((one) => [one.node, one.digest, one.problem]), rollouts });
  return {
    digest,
    changes,
    nodes: nodes.map(({ digest: _digest, ...node }) => node),
    rollouts,
    downloadBytes: fetched.reduce((sum, bytes) => sum + bytes, 0),
    problems: problems.map(({ where, message, hint }) => ({ where, message, hint })),
  };
}
