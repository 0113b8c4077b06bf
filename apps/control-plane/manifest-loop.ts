import type { DocumentWrite } from '../../adapters/store/port.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { Change } from '../../contracts/changes.ts';
import type { ConnectorSpec } from '../../contracts/kinds/connector.ts';
import type { Manifest, Signed } from '../../contracts/manifest.ts';
import type { Resource } from '../../contracts/resource.ts';
import { sha256Hex } from '../../core/base/digest.ts';
import { type Compiled, compileManifest } from '../../core/compile/compile-manifest.ts';
import { selects } from '../../core/compile/select-nodes.ts';
import type { Release } from '../../core/release/release.ts';
import type { Centre } from './centre.ts';
import { releasesOfNode, selectable } from './fleet.ts';
import { collections, type KeptManifest, type Mirror, type Resources } from './mirror.ts';

/** Manifests signed and kept in one commit. */
const BATCH_MAX = 100;
/** How many earlier manifests are remembered, to tell what a node that is behind runs. */
const HISTORY_MAX = 10;
/** A node that says to be further ahead than this is not believed: numbers must not run out. */
const AHEAD_MAX = 1_000_000;

/** Why a manifest is compiled again. */
export type Dirty = Map<string, string>;

/** Everything one node should run, compiled from the given resources and releases. */
export function compileFor(resources: Resources, node: Resource<'Node'>, releases: readonly Release[]): Compiled {
  const site = resources.Site.get(node.spec.site);
  if (site === undefined) {
    const message = `its site "${node.spec.site}" does not exist`;
    return {
      kind: 'problem',
      problems: [{ where: `Node ${node.name}: spec.site`, message, hint: 'Apply the site first.' }],
    };
  }
  const connectors = [...resources.Connector.values()];
  return compileManifest({ node, site, releases, connectors, secrets: [...resources.Secret.values()] });
}

/** Compiles what is dirty, keeps what became different, and tells who should send it. Nodes are taken from `dirty` as they are done. */
export async function issueManifests(centre: Centre, dirty: Dirty, push: (node: string) => void): Promise<void> {
  while (dirty.size > 0) {
    const batch = [...dirty].slice(0, BATCH_MAX);
    const issued = batch.flatMap(([node, because]) => issue(centre, node, because) ?? []);
    if (issued.length > 0) await centre.commit({ actor: 'system', documents: issued.map((one) => one.write) });
    for (const { node, kept, because } of issued) {
      centre.mirror.manifests.set(node, kept);
      centre.emit({ kind: 'manifest-issued', node, number: kept.number, because });
      centre.watch.publish({ kind: 'node', node }, node);
      push(node);
    }
    for (const [node, because] of batch) if (dirty.get(node) === because) dirty.delete(node);
  }
}

/**
 * The number of the manifest that a node has, when it was not issued from this store: the store was put back from an older
 * copy, and the node would refuse every number up to its own.
 */
export function numberAhead(mirror: Mirror, node: string): number | undefined {
  const report = mirror.reports.get(node)?.report;
  const kept = mirror.manifests.get(node);
  if (report === undefined || report.manifestSha256 === null) return undefined;
  const by = report.manifestNumber - (kept?.number ?? 0);
  const strange = by > 0 || (by === 0 && kept !== undefined && kept.sha256 !== report.manifestSha256);
  return strange && by <= AHEAD_MAX ? report.manifestNumber : undefined;
}

function issue(
  centre: Centre,
  name: string,
  because: string,
): { node: string; kept: KeptManifest; because: string; write: DocumentWrite } | undefined {
  const { mirror, ports } = centre;
  const node = mirror.resources.Node.get(name);
  if (node === undefined) {
    mirror.compileProblems.delete(name);
    return undefined;
  }
  const compiled = compileFor(mirror.resources, node, releasesOfNode(mirror, name));
  if (compiled.kind === 'problem') {
    keepProblem(centre, name, problemText(compiled.problems));
    return undefined;
  }
  mirror.compileProblems.delete(name);
  const before = mirror.manifests.get(name);
  const ahead = numberAhead(mirror, name);
  if (before?.digest === compiled.digest && ahead === undefined) return undefined;
  const number = (ahead ?? before?.number ?? 0) + 1;
  const manifest: Manifest = { ...compiled.body, number, issuedAt: ports.clock.now() };
  const payload = canonicalJson(manifest);
  const signed: Signed = { payload, signatures: [ports.keys.signManifest(payload)] };
  const history = [{ number, releases: compiled.body.releases }, ...(before?.history ?? [])].slice(0, HISTORY_MAX);
  const kept: KeptManifest = { number, sha256: sha256Hex(payload), digest: compiled.digest, history };
  return {
    node: name,
    kept,
    because,
    write: { collection: collections.manifests, key: name, body: { ...kept, signed } },
  };
}

/** The problems of a manifest that cannot be made, as one sentence. */
export function problemText(problems: readonly { where?: string | undefined; message: string }[]): string {
  const said = problems
    .slice(0, 3)
    .map(({ where, message }) => (where === undefined ? message : `${where}: ${message}`));
  return problems.length > 3 ? `${said.join('; ')}; and ${problems.length - 3} more` : said.join('; ');
}

function keepProblem(centre: Centre, node: string, because: string): void {
  if (centre.mirror.compileProblems.get(node) === because) return;
  centre.mirror.compileProblems.set(node, because);
  centre.emit({ kind: 'compile-failed', node, because });
  centre.watch.publish({ kind: 'node', node }, node);
}

/** The newest signed manifest of a node, from the store. */
export async function signedManifest(centre: Centre, node: string): Promise<Signed | null> {
  const document = (await centre.ports.store.getDocument(collections.manifests, node)) as
    | { signed: Signed }
    | undefined;
  return document?.signed ?? null;
}

/** Nodes whose manifest a change of resources may change directly, that is without a new release. */
export function affectedNodes(resources: Resources, { kind, name, before, after }: Change): string[] {
  if (kind === 'Node') return [name];
  const nodes = [...resources.Node.values()];
  if (kind === 'Site') return nodes.filter((node) => node.spec.site === name).map((node) => node.name);
  if (kind === 'Secret') {
    const sealed = [before, after].flatMap((one) => Object.keys((one?.spec['sealed'] ?? {}) as object));
    return [...new Set(sealed)].filter((node) => resources.Node.has(node));
  }
  if (kind !== 'Connector') return [];
  const targets = [before, after].flatMap((one) =>
    one === null ? [] : [(one.spec as unknown as ConnectorSpec).target],
  );
  return nodes
    .filter((node) => targets.some((target) => selects(target, selectable(resources, node))))
    .map((node) => node.name);
}
