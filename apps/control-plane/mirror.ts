import type { Store } from '../../adapters/store/port.ts';
import type { Change } from '../../contracts/changes.ts';
import type { Health, Report } from '../../contracts/report.ts';
import { type Kind, kindNames, type Resource } from '../../contracts/resource.ts';
import type { AlarmView, RolloutView } from '../../contracts/views.ts';
import type { StandingAlert } from '../../core/alerts/plan-alerts.ts';
import type { Release } from '../../core/release/release.ts';

export type Resources = { readonly [K in Kind]: Map<string, Resource<K>> };

/** Which release a node's manifest is compiled from. */
export interface Assignment {
  readonly release: number;
  readonly movedAt: number | null;
  readonly healthBefore: Health | null;
}

/** What is known of a node's newest manifest; the signed text itself stays in the store. */
export interface KeptManifest {
  readonly number: number;
  readonly sha256: string;
  /** Of the body, without number and date. */
  readonly digest: string;
  /** Releases by manifest number, the newest first, so that what a node reports can be told. */
  readonly history: readonly { readonly number: number; readonly releases: Readonly<Record<string, number>> }[];
}

export interface KeptReport {
  readonly report: Report;
  readonly seenAt: number;
}

export interface KeptHealth {
  readonly health: Health;
  readonly because: string;
  readonly since: number;
}

export interface KeptAlarm extends AlarmView {
  /** The record that was taken in last, so that none is taken in twice. */
  readonly last: { readonly incarnation: string; readonly number: number } | null;
}

export interface KeptRelease extends Release {
  readonly rolledBack: boolean;
}

/** The rollout of a deployment's newest release. */
export type KeptRollout = RolloutView;

/** What of the store is held in memory: everything but records, change log, signed texts and artifacts. */
export interface Mirror {
  readonly resources: Resources;
  /** By deployment, the oldest first. */
  readonly releases: Map<string, KeptRelease[]>;
  readonly rollouts: Map<string, KeptRollout>;
  /** By deployment, then node. */
  readonly assignments: Map<string, Map<string, Assignment>>;
  /** Deployment → digest of what it refers to, which is not to be released because people went back to an earlier release. */
  readonly held: Map<string, string>;
  readonly manifests: Map<string, KeptManifest>;
  readonly reports: Map<string, KeptReport>;
  readonly health: Map<string, KeptHealth>;
  /** Why a node cannot get a new manifest. */
  readonly compileProblems: Map<string, string>;
  /** Why a deployment cannot get a new release. */
  readonly releaseProblems: Map<string, string>;
  readonly alarms: Map<string, KeptAlarm>;
  standing: readonly StandingAlert[];
}

/** Names of the collections of documents, and their keys. */
export const collections = {
  releases: 'releases',
  rollouts: 'rollouts',
  assignments: 'assignments',
  held: 'held',
  manifests: 'manifests',
  reports: 'reports',
  alarms: 'alarms',
  standing: 'standing-alerts',
  firstStart: 'first-start',
} as const;

/** Keys sort as numbers do. */
export const releaseKey = (deployment: string, release: number) => `${deployment}/${String(release).padStart(8, '0')}`;
export const pairKey = (deployment: string, node: string) => `${deployment}/${node}`;

const PAGE = 1000;

/** Reads the store into memory. */
export async function loadMirror(store: Store): Promise<Mirror> {
  const mirror = emptyMirror();
  for (const kind of kindNames) {
    const kept = mirror.resources[kind] as Map<string, Resource>;
    for (let after: string | undefined; ; ) {
      const page = await store.listResources(kind, { limit: PAGE, ...(after === undefined ? {} : { after }) });
      for (const resource of page) kept.set(resource.name, resource);
      after = page.at(-1)?.name;
      if (page.length < PAGE) break;
    }
  }
  await eachDocument<KeptRelease>(store, collections.releases, (_key, release) => {
    mirror.releases.set(release.deployment, [...(mirror.releases.get(release.deployment) ?? []), release]);
  });
  await eachDocument<KeptRollout>(store, collections.rollouts, (key, rollout) => mirror.rollouts.set(key, rollout));
  await eachDocument<Assignment>(store, collections.assignments, (key, assignment) => {
    const [deployment, node] = key.split('/') as [string, string];
    assignmentsOf(mirror, deployment).set(node, assignment);
  });
  await eachDocument<string>(store, collections.held, (key, digest) => mirror.held.set(key, digest));
  await eachDocument<KeptManifest>(store, collections.manifests, (key, { number, sha256, digest, history }) => {
    mirror.manifests.set(key, { number, sha256, digest, history });
  });
  await eachDocument<KeptReport>(store, collections.reports, (key, report) => mirror.reports.set(key, report));
  await eachDocument<KeptAlarm>(store, collections.alarms, (key, alarm) => mirror.alarms.set(key, alarm));
  const standing: StandingAlert[] = [];
  await eachDocument<StandingAlert>(store, collections.standing, (_key, alert) => standing.push(alert));
  mirror.standing = standing;
  return mirror;
}

/** Brings the resources in memory to what a commit made of them. */
export function takeChanges(mirror: Mirror, changes: readonly Change[]): void {
  for (const { kind, name, after } of changes) {
    const kept = mirror.resources[kind] as Map<string, Resource>;
    // Commits may be told in another order than they were written.
    if (after === null) kept.delete(name);
    else if ((kept.get(name)?.generation ?? 0) < after.generation) kept.set(name, after as unknown as Resource);
  }
}

export function assignmentsOf(mirror: Mirror, deployment: string): Map<string, Assignment> {
  const known = mirror.assignments.get(deployment);
  if (known !== undefined) return known;
  const made = new Map<string, Assignment>();
  mirror.assignments.set(deployment, made);
  return made;
}

function emptyMirror(): Mirror {
  return {
    resources: Object.fromEntries(kindNames.map((kind) => [kind, new Map()])) as unknown as Resources,
    releases: new Map(),
    rollouts: new Map(),
    assignments: new Map(),
    held: new Map(),
    manifests: new Map(),
    reports: new Map(),
    health: new Map(),
    compileProblems: new Map(),
    releaseProblems: new Map(),
    alarms: new Map(),
    standing: [],
  };
}

async function eachDocument<T>(store: Store, collection: string, take: (key: string, body: T) => void): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await store.listDocuments(collection, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const { key, body } of page) take(key, body as T);
    after = page.at(-1)?.key;
    if (page.length < PAGE) return;
  }
}
