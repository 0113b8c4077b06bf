import type { AnswerOf } from '../../../contracts/api.ts';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Kind } from '../../../contracts/resource.ts';
import type { ApiClient } from '../api-client.ts';
import { type Paint, paintHealth } from './paint.ts';
import { ageText, bytesText, timeText } from './quantity.ts';
import { type Column, tableText } from './table.ts';

/** What a table is made for: who looks, when, and which rows. */
export interface Shown {
  readonly paint: Paint;
  readonly now: number;
  /** Width of the terminal; unlimited when nobody looks. */
  readonly width: number | undefined;
  readonly name?: string | undefined;
  readonly label?: string | undefined;
}

type Items<N extends 'sites' | 'nodes' | 'deployments'> = AnswerOf<N>['items'][number];
type Kept = AnswerOf<'getResource'>;

/** Tables of the kinds that have more to show than what was written: what is observed. */
export const viewTables: { readonly [K in Kind]?: (api: ApiClient, shown: Shown) => Promise<string> } = {
  Site: async (api, shown) =>
    table(chosen((await api.call('sites', {})).items, shown, 'site'), siteColumns(shown), shown),
  Node: async (api, shown) =>
    table(
      chosen((await api.call('nodes', { query: { limit: 1000 } })).items, shown, 'node'),
      nodeColumns(shown),
      shown,
    ),
  Deployment: async (api, shown) =>
    table(chosen((await api.call('deployments', {})).items, shown, 'deployment'), deploymentColumns(shown), shown),
};

/** Lists that are not resources: alarms, streams, changes. */
export const otherTables: Readonly<
  Record<string, (api: ApiClient, shown: Shown) => Promise<{ json: unknown; text: string }>>
> = {
  alarms: async (api, shown) => {
    const { answer, json } = await api.ask('alarms', {});
    const columns: Column<(typeof answer.items)[number]>[] = [
      { head: 'SEVERITY', cell: (alarm) => alarm.severity },
      { head: 'NODE', cell: (alarm) => alarm.node },
      { head: 'ALARM', cell: (alarm) => alarm.name },
      { head: 'SINCE (source time)', cell: (alarm) => timeText(alarm.raisedAt) },
      { head: 'SEEN BY', cell: (alarm) => alarm.acknowledgedBy },
      { head: 'MESSAGE', cell: (alarm) => alarm.message },
    ];
    return { json, text: answer.items.length === 0 ? 'No alarm stands.\n' : table(answer.items, columns, shown) };
  },
  streams: async (api, shown) => {
    const { answer, json } = await api.ask('streams', shown.name === undefined ? {} : { query: { node: shown.name } });
    const columns: Column<(typeof answer.items)[number]>[] = [
      { head: 'NODE', cell: (stream) => stream.node },
      { head: 'STREAM', cell: (stream) => stream.stream },
      { head: 'STORED', right: true, cell: (stream) => stream.stored },
      { head: 'UP TO', right: true, cell: (stream) => stream.upTo },
      { head: 'DROPPED', right: true, cell: (stream) => stream.dropped },
      { head: 'CAME TWICE', right: true, cell: (stream) => stream.duplicatesRefused },
      {
        head: 'NEWEST',
        cell: (stream) => (stream.lastAt === null ? '-' : `${ageText(shown.now - stream.lastAt)} ago`),
      },
    ];
    return { json, text: answer.items.length === 0 ? 'No stream yet.\n' : table(answer.items, columns, shown) };
  },
  changes: async (api, shown) => {
    const { answer, json } = await api.ask('changes', { query: { limit: 50 } });
    const columns: Column<(typeof answer.items)[number]>[] = [
      { head: 'NUMBER', right: true, cell: (change) => change.number },
      { head: 'AGE', cell: (change) => ageText(shown.now - change.at) },
      { head: 'WHO', cell: (change) => change.actor },
      { head: 'WHAT', cell: (change) => `${change.action} ${change.kind} ${change.name}` },
      { head: 'BECAUSE', cell: (change) => change.because },
    ];
    return { json, text: answer.items.length === 0 ? 'No change yet.\n' : table(answer.items, columns, shown) };
  },
};

/** The table of a kind that has nothing observed. */
export function resourceTable(kind: Kind, items: readonly Kept[], shown: Shown): string {
  const detail = details[kind];
  const columns: Column<Kept>[] = [
    { head: 'NAME', cell: (item) => item.name },
    { head: 'AGE', cell: (item) => ageText(shown.now - item.createdAt) },
    { head: 'CHANGED', cell: (item) => ageText(shown.now - item.updatedAt) },
    ...(detail ?? []),
  ];
  if (items.length === 0) return `There is no ${kind} yet. \`orla describe kind ${kind}\` shows what one says.\n`;
  return table(items, columns, shown);
}

const spec = <T>(item: Kept) => item.spec as T;
const names = (value: object | undefined) => Object.keys(value ?? {}).join(', ');
const details: { readonly [K in Kind]?: Column<Kept>[] } = {
  Connector: [
    { head: 'PROTOCOL', cell: (item) => spec<{ protocol: string }>(item).protocol },
    { head: 'EQUIPMENT', cell: (item) => spec<{ equipment: string }>(item).equipment },
    { head: 'TAGS', right: true, cell: (item) => spec<{ tags: unknown[] }>(item).tags.length },
    { head: 'WHERE', cell: (item) => selectorText(spec<{ target: object }>(item).target) },
  ],
  Flow: [
    { head: 'INPUTS', right: true, cell: (item) => Object.keys(spec<{ inputs: object }>(item).inputs).length },
    { head: 'STEPS', right: true, cell: (item) => spec<{ steps: unknown[] }>(item).steps.length },
    { head: 'ABOUT', cell: (item) => spec<{ about?: string }>(item).about },
  ],
  Model: [
    { head: 'ALIASES', cell: (item) => pairs(spec<{ aliases?: Record<string, number> }>(item).aliases) },
    { head: 'TITLE', cell: (item) => spec<{ title?: string }>(item).title },
  ],
  ModelVersion: [
    { head: 'SIZE', right: true, cell: (item) => bytesText(spec<{ sizeBytes: number }>(item).sizeBytes) },
    { head: 'PARAMETERS', right: true, cell: (item) => spec<{ parameters: number }>(item).parameters },
    { head: 'PUSHED BY', cell: (item) => spec<{ pushedBy: string }>(item).pushedBy },
  ],
  Secret: [{ head: 'SEALED TO', cell: (item) => names(spec<{ sealed?: object }>(item).sealed) }],
  AlertRule: [
    { head: 'WHEN', cell: (item) => spec<{ when: { is: string } }>(item).when.is },
    { head: 'SEVERITY', cell: (item) => spec<{ severity: string }>(item).severity },
    { head: 'WHERE', cell: (item) => selectorText(spec<{ target: object }>(item).target) },
  ],
  Token: [
    { head: 'FOR', cell: (item) => spec<{ use: { for: string } }>(item).use.for },
    { head: 'EXPIRES', cell: (item) => timeText(spec<{ expiresAt: number }>(item).expiresAt) },
    {
      head: 'FOR WHOM',
      cell: (item) => {
        const { use } = spec<{ use: { site?: string; person?: string } }>(item);
        return use.site ?? use.person;
      },
    },
  ],
};

function siteColumns({ paint }: Shown): Column<Items<'sites'>>[] {
  return [
    { head: 'NAME', cell: (site) => site.name },
    { head: 'HEALTH', cell: (site) => paintHealth(paint, site.health) },
    { head: 'NODES', right: true, cell: (site) => site.nodes.length },
    { head: 'ALARMS', right: true, cell: (site) => site.alarms },
    { head: 'LABELS', cell: (site) => pairs(site.labels) },
    { head: 'BECAUSE', cell: (site) => site.because },
  ];
}

function nodeColumns({ paint, now }: Shown): Column<Items<'nodes'>>[] {
  return [
    { head: 'NAME', cell: (node) => node.name },
    { head: 'SITE', cell: (node) => node.site },
    { head: 'HEALTH', cell: (node) => paintHealth(paint, node.health) },
    { head: 'SEEN', cell: (node) => (node.seenAt === null ? 'never' : `${ageText(now - node.seenAt)} ago`) },
    { head: 'MANIFEST', cell: (node) => manifestText(node) },
    { head: 'BECAUSE', cell: (node) => node.compileProblem ?? node.because },
  ];
}

/** `7` when the node runs what it should, `6 of 7` while it does not. */
export function manifestText(node: { desiredManifest: number; observedManifest: number; converged: boolean }): string {
  if (node.observedManifest !== node.desiredManifest) return `${node.observedManifest} of ${node.desiredManifest}`;
  return node.converged ? `${node.observedManifest}` : `${node.observedManifest}, converging`;
}

function deploymentColumns({ paint }: Shown): Column<Items<'deployments'>>[] {
  return [
    { head: 'NAME', cell: (deployment) => deployment.name },
    { head: 'HEALTH', cell: (deployment) => paintHealth(paint, deployment.health) },
    { head: 'RELEASE', right: true, cell: (deployment) => deployment.release },
    { head: 'TARGET', right: true, cell: ({ counts }) => counts.target },
    { head: 'ACTUAL', right: true, cell: ({ counts }) => counts.actual },
    { head: 'HEALTHY', right: true, cell: ({ counts }) => counts.healthy },
    { head: 'UNHEALTHY', right: true, cell: ({ counts }) => counts.unhealthy },
    { head: 'UNKNOWN', right: true, cell: ({ counts }) => counts.unknown },
    { head: 'BECAUSE', cell: (deployment) => deployment.because },
  ];
}

function chosen<T extends { name: string; labels: Record<string, string> }>(
  items: readonly T[],
  shown: Shown,
  what: string,
): T[] {
  const [key, value] = (shown.label ?? '').split('=', 2);
  const found = items.filter(
    (item) =>
      (shown.name === undefined || item.name === shown.name) &&
      (!key || (value === undefined ? key in item.labels : item.labels[key] === value)),
  );
  if (shown.name !== undefined && found.length === 0) {
    throw new EdgeError('not-found', `There is no ${what} ${shown.name}.`, {
      hint: `\`orla get ${what}s\` lists them.`,
    });
  }
  return found;
}

function table<T>(rows: readonly T[], columns: readonly Column<T>[], { paint, width }: Shown): string {
  if (rows.length === 0) return 'There is none yet.\n';
  const text = tableText(rows, columns, width);
  const head = text.indexOf('\n');
  return paint.faint(text.slice(0, head)) + text.slice(head);
}

/** `a=1, b=2` */
export function pairs(map: Readonly<Record<string, unknown>> | undefined): string {
  return Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** A selector as people say it. */
export function selectorText(selector: {
  labels?: Record<string, string>;
  sites?: string[];
  nodes?: string[];
  all?: true;
}): string {
  const parts = [
    ...(selector.all ? ['all nodes'] : []),
    ...(selector.labels === undefined ? [] : [pairs(selector.labels)]),
    ...(selector.sites === undefined ? [] : [`sites ${selector.sites.join(', ')}`]),
    ...(selector.nodes === undefined ? [] : [`nodes ${selector.nodes.join(', ')}`]),
  ];
  return parts.join(' and ');
}
