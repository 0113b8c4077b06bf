import type { AnswerOf } from '../../../contracts/api.ts';
import type { ModelVersionSpec, TensorSignature } from '../../../contracts/kinds/model.ts';
import type { ApiClient } from '../api-client.ts';
import { listResources } from '../list-resources.ts';
import { yamlText } from './answer.ts';
import { type Paint, paintHealth } from './paint.ts';
import { ageText, bytesText, timeText } from './quantity.ts';
import { manifestText, pairs } from './resource-tables.ts';
import { tableText } from './table.ts';

interface Shown {
  readonly paint: Paint;
  readonly now: number;
}
type Kept = AnswerOf<'getResource'>;
type Site = AnswerOf<'sites'>['items'][number];

/** Everything about a node: desired beside observed. */
export function describeNode(node: AnswerOf<'node'>, { paint, now }: Shown): string {
  const seen = node.seenAt === null ? 'never' : `${ageText(now - node.seenAt)} ago`;
  const head = block([
    ['Node', paint.strong(node.name)],
    ['Site', node.site],
    ['Health', `${paintHealth(paint, node.health)}${node.because === '' ? '' : `  ${node.because}`}`],
    ['Seen', `${seen}${node.connected ? ', connected' : ', not connected'}`],
    ['Manifest', manifestText(node)],
    ['Problem', node.compileProblem],
    ['Labels', pairs(node.labels)],
    ['Class', node.class],
  ]);
  const { report } = node;
  if (report === null) return `${head}\nIt has not reported yet.\n`;
  const { host } = report;
  return [
    head,
    block([
      ['Agent', `${report.agentVersion}, up ${ageText(now - report.startedAt)}`],
      ['Refused', report.refused === null ? null : `manifest ${report.refused.number}: ${report.refused.because}`],
      [
        'Stuck',
        report.stuck === null
          ? null
          : `${report.stuck.step}: ${report.stuck.because} (${report.stuck.attempts} attempts)`,
      ],
      ['Host', `${host.platform}, ${host.cpus} CPUs, load ${host.load1.toFixed(2)}`],
      [
        'Memory',
        `agent ${bytesText(host.agentRssBytes)}, runners ${bytesText(host.runnersRssBytes)}, free ${bytesText(host.memoryFreeBytes)} of ${bytesText(host.memoryBytes)}`,
      ],
      ['Disk', `${bytesText(host.diskFreeBytes)} free`],
    ]),
    section('Workloads', report.workloads, [
      { head: 'ID', cell: (workload) => workload.id },
      { head: 'HEALTH', cell: (workload) => paintHealth(paint, workload.health) },
      { head: 'PHASE', cell: (workload) => workload.phase },
      { head: 'FOR', cell: (workload) => ageText(now - workload.since) },
      { head: 'RESTARTS', right: true, cell: (workload) => workload.restarts },
      { head: 'BECAUSE', cell: (workload) => workload.because },
    ]),
    section('Equipment', report.connectors, [
      { head: 'EQUIPMENT', cell: (connector) => connector.equipment },
      { head: 'PROTOCOL', cell: (connector) => connector.protocol },
      { head: 'LINE', cell: (connector) => connector.phase },
      { head: 'QUALITY', cell: (connector) => connector.quality },
      { head: 'SCANS', right: true, cell: (connector) => connector.scans },
      { head: 'ERRORS', right: true, cell: (connector) => connector.errors },
      {
        head: 'p50 / p99 ms',
        right: true,
        cell: ({ latencyMs }) =>
          latencyMs === undefined ? '-' : `${latencyMs.p50.toFixed(1)} / ${latencyMs.p99.toFixed(1)}`,
      },
      { head: 'BECAUSE', cell: (connector) => connector.because },
    ]),
    section('Streams', report.streams, [
      { head: 'STREAM', cell: (stream) => stream.stream },
      { head: 'PUBLISHED', right: true, cell: (stream) => stream.published },
      { head: 'ACKNOWLEDGED', right: true, cell: (stream) => stream.acknowledged },
      { head: 'WAITING', right: true, cell: (stream) => stream.pending },
      { head: 'FULL', right: true, cell: (stream) => `${(stream.fill * 100).toFixed(1)} %` },
      { head: 'DROPPED', right: true, cell: (stream) => stream.dropped },
      { head: 'REFUSED', right: true, cell: (stream) => stream.refused },
    ]),
  ].join('\n');
}

/** A deployment: five counts, the rollout, the releases. */
export function describeDeployment(deployment: AnswerOf<'deployment'>, { paint, now }: Shown): string {
  const { counts, rollout } = deployment;
  const parts = [
    block([
      ['Deployment', paint.strong(deployment.name)],
      [
        'Health',
        `${paintHealth(paint, deployment.health)}${deployment.because === '' ? '' : `  ${deployment.because}`}`,
      ],
      ['Release', deployment.release],
      [
        'Nodes',
        `${counts.target} target, ${counts.actual} actual, ${counts.healthy} healthy, ${counts.unhealthy} unhealthy, ${counts.unknown} unknown`,
      ],
      ['Labels', pairs(deployment.labels)],
    ]),
  ];
  if (rollout !== null) {
    const ended =
      rollout.endedAt === null
        ? `for ${ageText(now - rollout.startedAt)}`
        : `in ${ageText(rollout.endedAt - rollout.startedAt)}`;
    parts.push(
      block([
        [
          'Rollout',
          `release ${rollout.from ?? 'none'} → ${rollout.to}, ${rollout.phase} ${ended}, wave ${rollout.wave} of ${rollout.waves}`,
        ],
        ['Because', rollout.because],
      ]),
      section('Nodes', rollout.nodes, [
        { head: 'NODE', cell: (node) => node.node },
        { head: 'PHASE', cell: (node) => node.phase },
        { head: 'BECAUSE', cell: (node) => node.because },
      ]),
    );
  }
  parts.push(
    section('Releases', deployment.releases, [
      { head: 'RELEASE', right: true, cell: (release) => release.release },
      { head: 'AGE', cell: (release) => ageText(now - release.madeAt) },
      { head: 'OUTCOME', cell: (release) => release.outcome },
      { head: 'FLOWS', cell: (release) => release.flows.join(', ') },
      { head: 'MODELS', cell: (release) => release.models.join(', ') },
      { head: 'BY', cell: (release) => release.madeBy },
      { head: 'BECAUSE', cell: (release) => release.because },
    ]),
  );
  return parts.join('\n');
}

/** A site with what is seen of it. */
export function describeSite(site: Kept, view: Site | undefined, shown: Shown): string {
  const seen = block([
    ['Health', view === undefined ? null : `${paintHealth(shown.paint, view.health)}  ${view.because}`],
    ['Nodes', view?.nodes.join(', ')],
    ['Alarms', view?.alarms],
  ]);
  return `${describeResource(site, shown)}\n${seen}`;
}

/** A model with its versions: size, signature, who pushed it. */
export async function describeModel(api: ApiClient, model: Kept, shown: Shown): Promise<string> {
  const { items } = await listResources(api, 'ModelVersion');
  const versions = items
    .map((item) => item.spec as unknown as ModelVersionSpec)
    .filter((version) => version.model === model.name)
    .sort((a, b) => b.version - a.version);
  const table = section('Versions', versions, [
    { head: 'VERSION', right: true, cell: (version) => version.version },
    { head: 'SIZE', right: true, cell: (version) => bytesText(version.sizeBytes) },
    { head: 'PARAMETERS', right: true, cell: (version) => version.parameters },
    { head: 'PUSHED', cell: (version) => `${ageText(shown.now - version.pushedAt)} ago by ${version.pushedBy}` },
    { head: 'INPUTS → OUTPUTS', cell: ({ signature }) => signatureText(signature) },
    { head: 'CARD', cell: (version) => (version.card === undefined ? 'no' : 'yes') },
  ]);
  const card = versions[0]?.card;
  const cardText =
    card === undefined ? '' : `\nCard of version ${versions[0]?.version}:\n${card.trim().replaceAll(/^/gm, '  ')}\n`;
  return `${describeResource(model, shown)}\n${table}${cardText}`;
}

/** `X float32[?, 7] → variable float32[?, 1]` */
export function signatureText(signature: ModelVersionSpec['signature']): string {
  const one = ({ name, type, shape }: TensorSignature) =>
    `${name} ${type}[${shape.map((size) => size ?? '?').join(', ')}]`;
  return `${signature.inputs.map(one).join(', ')} → ${signature.outputs.map(one).join(', ')}`;
}

/** Any resource: its head, then its spec as it was written. */
export function describeResource(resource: Kept, { paint, now }: Shown): string {
  const head = block([
    [resource.kind, paint.strong(resource.name)],
    ['Labels', pairs(resource.labels)],
    [
      'Generation',
      `${resource.generation}, changed ${ageText(now - resource.updatedAt)} ago (${timeText(resource.updatedAt)})`,
    ],
  ]);
  return `${head}\nSpec\n${yamlText(resource.spec).replaceAll(/^(?=.)/gm, '  ')}`;
}

function block(rows: readonly (readonly [string, string | number | null | undefined])[]): string {
  const said = rows.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...said.map(([name]) => name.length));
  return said.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

function section<T>(title: string, rows: readonly T[], columns: Parameters<typeof tableText<T>>[1]): string {
  if (rows.length === 0) return `${title}\n  none\n`;
  return `${title}\n${tableText(rows, columns).replaceAll(/^(?=.)/gm, '  ')}`;
}
