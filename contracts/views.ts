import { z } from 'zod';
import { Signed } from './manifest.ts';
import { Labels, Name, Severity, TimeMs } from './names.ts';
import { StreamRecord } from './records.ts';
import { Health, Report } from './report.ts';

/** The five counts of a deployment. A node that was not seen lately is unknown, never healthy. */
export const Counts = z.object({
  target: z.number().int().describe('Nodes that the deployment selects'),
  actual: z.number().int().describe('Nodes whose accepted manifest carries its current release'),
  healthy: z.number().int(),
  unhealthy: z.number().int(),
  unknown: z.number().int(),
});
export type Counts = z.infer<typeof Counts>;

export const NodeView = z.object({
  name: Name,
  site: Name,
  labels: Labels,
  class: z.string(),
  health: Health,
  because: z.string(),
  connected: z.boolean(),
  seenAt: TimeMs.nullable(),
  desiredManifest: z.number().int(),
  observedManifest: z.number().int(),
  converged: z.boolean(),
  compileProblem: z.string().nullable(),
  report: Report.nullable(),
});
export type NodeView = z.infer<typeof NodeView>;

export const SiteView = z.object({
  name: Name,
  title: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  timeZone: z.string(),
  labels: Labels,
  health: Health,
  because: z.string(),
  nodes: z.array(Name),
  alarms: z.number().int(),
});
export type SiteView = z.infer<typeof SiteView>;

export const RolloutView = z.object({
  from: z.number().int().nullable(),
  to: z.number().int(),
  phase: z.enum(['running', 'done', 'rolled-back', 'paused']),
  wave: z.number().int(),
  waves: z.number().int(),
  startedAt: TimeMs,
  endedAt: TimeMs.nullable(),
  because: z.string(),
  nodes: z.array(
    z.object({ node: Name, phase: z.enum(['waiting', 'moving', 'healthy', 'unhealthy']), because: z.string() }),
  ),
});
export type RolloutView = z.infer<typeof RolloutView>;

export const ReleaseView = z.object({
  release: z.number().int(),
  madeAt: TimeMs,
  madeBy: z.string(),
  because: z.string(),
  flows: z.array(z.string()),
  models: z.array(z.string()).describe('name:version'),
  outcome: z.enum(['current', 'superseded', 'rolled-back', 'rolling-out']),
});
export type ReleaseView = z.infer<typeof ReleaseView>;

export const DeploymentView = z.object({
  name: Name,
  labels: Labels,
  generation: z.number().int(),
  release: z.number().int().nullable(),
  counts: Counts,
  health: Health,
  because: z.string(),
  rollout: RolloutView.nullable(),
  releases: z.array(ReleaseView),
});
export type DeploymentView = z.infer<typeof DeploymentView>;

/** An alarm of a flow at a node, or an alert of a rule, as long as it stands. */
export const AlarmView = z.object({
  id: z.string(),
  from: z.enum(['flow', 'rule']),
  node: Name,
  site: Name,
  name: z.string(),
  severity: Severity,
  message: z.string(),
  phase: z.enum(['raised', 'cleared']),
  raisedAt: TimeMs.describe('Source time of the raise'),
  clearedAt: TimeMs.nullable(),
  acknowledgedBy: z.string().nullable(),
  flow: Name.nullable(),
  step: z.string().nullable(),
  tag: z.string().nullable(),
  release: z.object({ deployment: Name, release: z.number().int() }).nullable(),
});
export type AlarmView = z.infer<typeof AlarmView>;

/** One line of the timeline: events of nodes and control plane, changes, alarms, newest first. */
export const TimelineEntry = z.object({
  id: z.string(),
  at: TimeMs,
  from: z.enum(['node', 'control-plane', 'change', 'alarm']),
  node: Name.nullable(),
  site: Name.nullable(),
  severity: Severity,
  sentence: z.string(),
  detail: z.unknown(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const Overview = z.object({
  at: TimeMs,
  sites: z.array(SiteView),
  counts: z.object({
    sites: z.number(),
    nodes: z.number(),
    healthy: z.number(),
    unhealthy: z.number(),
    unknown: z.number(),
  }),
  alarms: z.object({ info: z.number(), warning: z.number(), critical: z.number() }),
  deployments: z.array(z.object({ name: Name, health: Health, counts: Counts, rolling: z.boolean() })),
  decisions: z.array(z.object({ what: z.string(), href: z.string() })).describe('What waits for a person'),
});
export type Overview = z.infer<typeof Overview>;

export const NodeManifestView = z.object({
  node: Name,
  desired: Signed.nullable(),
  desiredNumber: z.number().int(),
  observedNumber: z.number().int(),
  observedSha256: z.string().nullable(),
  desiredSha256: z.string().nullable(),
  problem: z.string().nullable(),
});
export type NodeManifestView = z.infer<typeof NodeManifestView>;

/** How complete a stream of a node is in the control plane. */
export const StreamView = z.object({
  node: Name,
  stream: Name,
  incarnation: z.string(),
  stored: z.number().int().describe('Records stored'),
  upTo: z.number().int().describe('Highest number without a gap'),
  dropped: z.number().int().describe('Given up at the node by its written policy'),
  duplicatesRefused: z.number().int().describe('Came again and were recognised'),
  firstAt: TimeMs.nullable(),
  lastAt: TimeMs.nullable(),
});
export type StreamView = z.infer<typeof StreamView>;

export const StoredRecord = StreamRecord.extend({
  node: Name,
  stream: Name,
  incarnation: z.string(),
  storedAt: TimeMs,
});
export type StoredRecord = z.infer<typeof StoredRecord>;

/** What the watch feed (server-sent events) carries: say that something changed; readers fetch what they show. */
export const WatchEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('change'), number: z.number().int(), resource: z.string(), name: z.string() }),
  z.object({ kind: z.literal('node'), node: Name }),
  z.object({ kind: z.literal('deployment'), deployment: Name }),
  z.object({ kind: z.literal('records'), node: Name, stream: Name, records: z.array(StreamRecord) }),
  z.object({ kind: z.literal('live'), live: z.unknown() }),
  z.object({ kind: z.literal('timeline'), entry: TimelineEntry }),
]);
export type WatchEvent = z.infer<typeof WatchEvent>;
