import { z } from 'zod';
import { Change, Plan } from './changes.ts';
import { ModelVersionSpec } from './kinds/model.ts';
import { Role } from './kinds/token.ts';
import { EnrolAnswer, EnrolRequest } from './link.ts';
import { Labels, Name, Scalar, Sha256, TimeMs } from './names.ts';
import { LogLine } from './report.ts';
import { KeptResource, KindName } from './resource.ts';
import {
  AlarmView,
  DeploymentView,
  NodeManifestView,
  NodeView,
  Overview,
  SiteView,
  StoredRecord,
  StreamView,
  TimelineEntry,
} from './views.ts';

/** Who may call a route. Every route is denied unless it declares this; `link` is a node's open session. */
export type Who = 'anyone' | 'link' | z.infer<typeof Role>;

export interface RouteSpec {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  who: Who;
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Media type of a body that is not JSON. */
  bodyType?: string;
  bodyBytesMax?: number;
  answer: z.ZodType;
  /** Media type of an answer that is not JSON. */
  answerType?: string;
}

export const PAGE_MAX = 1000;
export const APPLY_RESOURCES_MAX = 2000;
export const MODEL_BYTES_MAX = 2 * 1024 * 1024 * 1024;

const page = { after: z.string().optional(), limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(200) };
const Ok = z.object({ ok: z.literal(true) });
const Person = z.object({ name: z.string(), email: z.string(), role: Role });
const Input = z.looseObject({ kind: z.string(), name: z.string() });

/** Every HTTP route. Server, client, OpenAPI, CLI and console types follow from this table. */
export const routes = {
  health: {
    method: 'GET',
    path: '/api/health',
    who: 'anyone',
    summary: 'Whether the control plane works',
    answer: z.object({
      ok: z.boolean(),
      version: z.string(),
      firstStart: z.boolean().describe('True until the first administrator exists'),
    }),
  },
  openapi: {
    method: 'GET',
    path: '/api/openapi.json',
    who: 'anyone',
    summary: 'This API as OpenAPI 3.1',
    answer: z.looseObject({}),
  },

  firstAdministrator: {
    method: 'POST',
    path: '/api/first-administrator',
    who: 'anyone',
    summary: 'Make the first administrator, once, with the word of the printed link',
    body: z.strictObject({
      word: z.string().max(200),
      name: z.string().min(1).max(100),
      email: z.email(),
      password: z.string().min(10).max(200),
    }),
    answer: Person,
  },
  signIn: {
    method: 'POST',
    path: '/api/sign-in',
    who: 'anyone',
    summary: 'Sign in; sets the session cookie',
    body: z.strictObject({ email: z.email(), password: z.string().max(200) }),
    answer: Person,
  },
  signOut: { method: 'POST', path: '/api/sign-out', who: 'viewer', summary: 'End this session', answer: Ok },
  me: { method: 'GET', path: '/api/me', who: 'viewer', summary: 'Who is asking', answer: Person },
  makeApiToken: {
    method: 'POST',
    path: '/api/tokens',
    who: 'operator',
    summary: 'Make a token for a program; shown once, never more than the role of who asks',
    body: z.strictObject({ name: Name, role: Role, days: z.number().int().min(1).max(366).default(90) }),
    answer: z.object({ name: Name, token: z.string(), expiresAt: TimeMs }),
  },

  listResources: {
    method: 'GET',
    path: '/api/resources/:kind',
    who: 'viewer',
    summary: 'Resources of a kind, by name',
    params: z.object({ kind: KindName }),
    query: z.object({ ...page, label: z.string().optional().describe('key=value') }),
    answer: z.object({ items: z.array(KeptResource), next: z.string().nullable() }),
  },
  getResource: {
    method: 'GET',
    path: '/api/resources/:kind/:name',
    who: 'viewer',
    summary: 'One resource',
    params: z.object({ kind: KindName, name: Name }),
    answer: KeptResource,
  },
  plan: {
    method: 'POST',
    path: '/api/plan',
    who: 'viewer',
    summary: 'What a change would do; changes nothing',
    body: z.strictObject({
      resources: z.array(Input).max(APPLY_RESOURCES_MAX).default([]),
      delete: z
        .array(z.object({ kind: KindName, name: Name }))
        .max(APPLY_RESOURCES_MAX)
        .default([]),
    }),
    answer: Plan,
  },
  apply: {
    method: 'POST',
    path: '/api/apply',
    who: 'operator',
    summary: 'Make a change, all of it or none',
    body: z.strictObject({
      resources: z.array(Input).max(APPLY_RESOURCES_MAX).default([]),
      delete: z
        .array(z.object({ kind: KindName, name: Name }))
        .max(APPLY_RESOURCES_MAX)
        .default([]),
      digest: z.string().optional().describe('Of the plan that was looked at'),
      because: z.string().max(500).optional(),
    }),
    answer: z.object({ changes: z.array(Change) }),
  },
  changes: {
    method: 'GET',
    path: '/api/changes',
    who: 'viewer',
    summary: 'The change log, newest first',
    query: z.object({
      before: z.coerce.number().int().optional(),
      limit: page.limit,
      kind: KindName.optional(),
      name: Name.optional(),
    }),
    answer: z.object({ items: z.array(Change) }),
  },
  undo: {
    method: 'POST',
    path: '/api/changes/:number/undo',
    who: 'operator',
    summary: 'Put back what one change changed',
    params: z.object({ number: z.coerce.number().int().positive() }),
    answer: z.object({ changes: z.array(Change) }),
  },

  overview: { method: 'GET', path: '/api/overview', who: 'viewer', summary: 'Is the fleet well', answer: Overview },
  sites: {
    method: 'GET',
    path: '/api/sites',
    who: 'viewer',
    summary: 'Sites with their health',
    answer: z.object({ items: z.array(SiteView) }),
  },
  nodes: {
    method: 'GET',
    path: '/api/nodes',
    who: 'viewer',
    summary: 'Nodes, desired beside observed',
    query: z.object({ ...page, site: Name.optional() }),
    answer: z.object({ items: z.array(NodeView), next: z.string().nullable() }),
  },
  node: {
    method: 'GET',
    path: '/api/nodes/:node',
    who: 'viewer',
    summary: 'One node',
    params: z.object({ node: Name }),
    answer: NodeView,
  },
  nodeManifest: {
    method: 'GET',
    path: '/api/nodes/:node/manifest',
    who: 'viewer',
    summary: 'The signed manifest of a node',
    params: z.object({ node: Name }),
    answer: NodeManifestView,
  },
  nodeLogs: {
    method: 'GET',
    path: '/api/nodes/:node/logs',
    who: 'viewer',
    summary: 'The newest log lines of a node, asked from it',
    params: z.object({ node: Name }),
    query: z.object({ lines: z.coerce.number().int().min(1).max(2000).default(200), from: z.string().optional() }),
    answer: z.object({ lines: z.array(LogLine) }),
  },
  watchNode: {
    method: 'POST',
    path: '/api/nodes/:node/watch',
    who: 'viewer',
    summary: 'Ask a node for live values for a while; they come on the watch feed',
    params: z.object({ node: Name }),
    body: z.strictObject({ forMs: z.number().int().min(0).max(300_000).default(60_000) }),
    answer: Ok,
  },
  deployments: {
    method: 'GET',
    path: '/api/deployments',
    who: 'viewer',
    summary: 'Deployments with their five counts',
    answer: z.object({ items: z.array(DeploymentView) }),
  },
  deployment: {
    method: 'GET',
    path: '/api/deployments/:deployment',
    who: 'viewer',
    summary: 'One deployment',
    params: z.object({ deployment: Name }),
    answer: DeploymentView,
  },
  rollBack: {
    method: 'POST',
    path: '/api/deployments/:deployment/roll-back',
    who: 'operator',
    summary: 'Go back to an earlier release, as a new rollout',
    params: z.object({ deployment: Name }),
    body: z.strictObject({ to: z.number().int().positive() }),
    answer: DeploymentView,
  },

  alarms: {
    method: 'GET',
    path: '/api/alarms',
    who: 'viewer',
    summary: 'Alarms of flows and alerts of rules',
    query: z.object({ phase: z.enum(['raised', 'all']).default('raised'), node: Name.optional(), limit: page.limit }),
    answer: z.object({ items: z.array(AlarmView) }),
  },
  acknowledgeAlarm: {
    method: 'POST',
    path: '/api/alarms/acknowledge',
    who: 'operator',
    summary: 'Say that somebody looks after it',
    body: z.strictObject({ id: z.string().max(300) }),
    answer: Ok,
  },
  timeline: {
    method: 'GET',
    path: '/api/timeline',
    who: 'viewer',
    summary: 'Events, changes and alarms, newest first',
    query: z.object({
      before: z.coerce.number().int().optional(),
      limit: page.limit,
      node: Name.optional(),
      site: Name.optional(),
    }),
    answer: z.object({ items: z.array(TimelineEntry) }),
  },
  streams: {
    method: 'GET',
    path: '/api/streams',
    who: 'viewer',
    summary: 'Streams, and how complete each is',
    query: z.object({ node: Name.optional() }),
    answer: z.object({ items: z.array(StreamView) }),
  },
  records: {
    method: 'GET',
    path: '/api/nodes/:node/streams/:stream',
    who: 'viewer',
    summary: 'Records of a stream by number, or the newest ones',
    params: z.object({ node: Name, stream: Name }),
    query: z.object({
      after: z.coerce.number().int().nonnegative().optional(),
      newest: z.coerce.number().int().min(1).max(PAGE_MAX).optional(),
      from: z.coerce.number().int().optional().describe('Source time, ms'),
      to: z.coerce.number().int().optional(),
      limit: page.limit,
      flow: Name.optional(),
      step: z.string().optional(),
    }),
    answer: z.object({ items: z.array(StoredRecord) }),
  },
  watch: {
    method: 'GET',
    path: '/api/watch',
    who: 'viewer',
    summary: 'Server-sent events of what changes',
    query: z.object({ node: Name.optional() }),
    answer: z.string(),
    answerType: 'text/event-stream',
  },

  pushModel: {
    method: 'POST',
    path: '/api/models/:model/versions',
    who: 'operator',
    summary: 'Push an ONNX file as the next version',
    params: z.object({ model: Name }),
    query: z.object({ alias: Name.optional().describe('Alias to move to the new version'), sha256: Sha256.optional() }),
    bodyType: 'application/octet-stream',
    bodyBytesMax: MODEL_BYTES_MAX,
    body: z.unknown(),
    answer: ModelVersionSpec.extend({ alreadyThere: z.boolean() }),
  },
  putModelCard: {
    method: 'PUT',
    path: '/api/models/:model/versions/:version/card',
    who: 'operator',
    summary: 'Attach the model card (Markdown) to a version that has none',
    params: z.object({ model: Name, version: z.coerce.number().int().positive() }),
    body: z.strictObject({ card: z.string().max(256 * 1024) }),
    answer: Ok,
  },

  makeEnrolment: {
    method: 'POST',
    path: '/api/enrolments',
    who: 'operator',
    summary: 'Make a token that admits nodes; shown once',
    body: z.strictObject({
      site: Name,
      node: Name.optional(),
      uses: z.number().int().min(1).max(10_000).default(1),
      hours: z
        .number()
        .min(0.01)
        .max(24 * 366)
        .default(24),
      labels: Labels.default({}),
      variables: z.record(z.string(), Scalar).default({}),
    }),
    answer: z.object({
      name: Name,
      token: z.string(),
      expiresAt: TimeMs,
      rootKeyId: z.string(),
      line: z.string().describe('The one line to run on the node'),
    }),
  },
  enrol: {
    method: 'POST',
    path: '/api/enrol',
    who: 'anyone',
    summary: 'A node enrols with a token',
    body: EnrolRequest,
    answer: EnrolAnswer,
  },
  trust: {
    method: 'GET',
    path: '/api/trust',
    who: 'anyone',
    summary: 'The signed trust documents, from the first',
    answer: EnrolAnswer.pick({ trust: true }),
  },
  artifact: {
    method: 'GET',
    path: '/link/artifacts/:sha256',
    who: 'link',
    summary: 'Bytes of an artifact; ranges allowed (RFC 9110 section 14)',
    params: z.object({ sha256: Sha256 }),
    answer: z.unknown(),
    answerType: 'application/octet-stream',
  },
  link: {
    method: 'GET',
    path: '/link',
    who: 'anyone',
    summary: "The node's WebSocket; it proves itself by signing a nonce before anything else",
    answer: z.unknown(),
    answerType: 'websocket',
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    who: 'viewer',
    summary: 'Prometheus metrics',
    answer: z.string(),
    answerType: 'text/plain',
  },
} as const satisfies Record<string, RouteSpec>;

export type RouteName = keyof typeof routes;
type R<N extends RouteName> = (typeof routes)[N];
type In<T> = T extends z.ZodType ? z.input<T> : undefined;
export type ParamsOf<N extends RouteName> = R<N> extends { params: infer P } ? In<P> : undefined;
export type QueryOf<N extends RouteName> = R<N> extends { query: infer Q } ? In<Q> : undefined;
export type BodyOf<N extends RouteName> = R<N> extends { body: infer B } ? In<B> : undefined;
export type AnswerOf<N extends RouteName> = z.output<R<N>['answer']>;
