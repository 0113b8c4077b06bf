import type { z } from 'zod';
import type { AnswerOf, RouteName, routes } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Kind, Resource } from '../../contracts/resource.ts';
import { suggest } from '../../core/base/nearest.ts';
import { acknowledge } from './alarms.ts';
import { applyChange, undoChange } from './apply.ts';
import type { Centre } from './centre.ts';
import { enrol, makeEnrolment } from './enrolment.ts';
import { CENTRE_NODE } from './event-log.ts';
import type { LinkSessions } from './link-sessions.ts';
import { pushModel, putModelCard } from './model-push.ts';
import { openApi } from './openapi.ts';
import { firstAdministratorMaker, makeApiToken } from './people.ts';
import { planChange } from './plan.ts';
import { actorOf, type Principal } from './principal.ts';
import { rollBack } from './roll-back.ts';
import { readTimeline } from './timeline.ts';
import { deploymentView, manifestView, nodeView, overview, raisedAlarms, siteViews } from './views.ts';

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
type Part<N extends RouteName, P extends 'params' | 'query' | 'body'> =
  (typeof routes)[N] extends Record<P, infer S> ? Out<S> : undefined;

/** A request after its parts were parsed by the route's schemas; a body of bytes is an AsyncIterable of them. */
export interface HandlerRequest<N extends RouteName> {
  readonly params: Part<N, 'params'>;
  readonly query: Part<N, 'query'>;
  readonly body: Part<N, 'body'>;
  readonly principal: Principal;
  /** The Cookie header, where there is one. */
  readonly cookie?: string | undefined;
  /** Address under which whoever asks reaches the control plane, where the transport knows it. */
  readonly origin?: string | undefined;
  /** Takes the values of Set-Cookie headers for the answer. */
  setCookie?(values: readonly string[]): void;
}

/** Routes that are streams of their own and not one answer. */
export type StreamedRoute = 'watch' | 'artifact' | 'link' | 'metrics';
export type Handlers = {
  readonly [N in Exclude<RouteName, StreamedRoute>]: (request: HandlerRequest<N>) => Promise<AnswerOf<N>>;
};

/** What answers each route, whatever carried the request. */
export function createHandlers(centre: Centre, sessions: LinkSessions, kick: () => void): Handlers {
  const { mirror, ports } = centre;
  const { resources } = mirror;
  const ok = { ok: true as const };
  const makeFirstAdministrator = firstAdministratorMaker(centre);

  const found = <K extends Kind>(kind: K, name: string): Resource<K> => {
    const kept = resources[kind].get(name);
    if (kept !== undefined) return kept as Resource<K>;
    const hint = suggest(name, resources[kind].keys());
    throw new EdgeError('not-found', `There is no ${kind} "${name}".`, { where: `${kind}/${name}`, hint });
  };

  return {
    health: async () => ({ ok: true, version: centre.config.version, firstStart: await ports.identity.empty() }),
    openapi: async () => openApi(centre.config.version),

    firstAdministrator: async ({ body, setCookie }) => {
      const person = await makeFirstAdministrator(body);
      const signedIn = await ports.identity.signIn(body.email, body.password);
      setCookie?.(signedIn.setCookie);
      centre.emit({ kind: 'signed-in', person: person.email });
      return person;
    },
    signIn: async ({ body, setCookie }) => {
      const { person, setCookie: values } = await ports.identity.signIn(body.email, body.password);
      setCookie?.(values);
      centre.emit({ kind: 'signed-in', person: person.email });
      return person;
    },
    signOut: async ({ cookie, setCookie }) => {
      if (cookie !== undefined) setCookie?.(await ports.identity.signOut(cookie));
      return ok;
    },
    me: async ({ principal }) => {
      if (principal.kind === 'person') return principal.person;
      if (principal.kind === 'token') return { name: principal.name, email: principal.person, role: principal.role };
      throw new EdgeError('unauthenticated', 'Nobody is signed in.');
    },
    makeApiToken: ({ body, principal }) => makeApiToken(centre, body, principal),

    listResources: async ({ params, query }) => {
      const [key, value] = labelOf(query.label);
      const all = [...resources[params.kind].values()] as Resource[];
      const chosen = all.filter((one) => key === undefined || one.labels[key] === value);
      return pageOf(chosen, query) as AnswerOf<'listResources'>;
    },
    getResource: async ({ params }) => found(params.kind, params.name) as AnswerOf<'getResource'>,
    plan: async ({ body }) => (await planChange(centre, body)).plan,
    apply: async ({ body, principal }) => ({ changes: await applyChange(centre, body, actorOf(principal)) }),
    changes: async ({ query }) => ({ items: await ports.store.changes(withoutUndefined(query)) }),
    undo: async ({ params, principal }) => ({ changes: await undoChange(centre, params.number, actorOf(principal)) }),

    overview: async () => overview(centre),
    sites: async () => ({ items: siteViews(mirror) }),
    nodes: async ({ query }) => {
      const chosen = [...resources.Node.values()].filter(
        (node) => query.site === undefined || node.spec.site === query.site,
      );
      const { items, next } = pageOf(chosen, query);
      return { items: items.map((node) => nodeView(mirror, node, sessions.connected)), next };
    },
    node: async ({ params }) => nodeView(mirror, found('Node', params.node), sessions.connected),
    nodeManifest: async ({ params }) => manifestView(centre, found('Node', params.node).name),
    nodeLogs: async ({ params, query }) => ({
      lines: await sessions.logs(found('Node', params.node).name, query.lines, query.from),
    }),
    watchNode: async ({ params, body }) => {
      sessions.watch(found('Node', params.node).name, body.forMs);
      return ok;
    },
    deployments: async () => ({
      items: [...resources.Deployment.values()].sort(byName).map((one) => deploymentView(mirror, one)),
    }),
    deployment: async ({ params }) => deploymentView(mirror, found('Deployment', params.deployment)),
    rollBack: async ({ params, body, principal }) => {
      const deployment = found('Deployment', params.deployment);
      await rollBack(centre, deployment, body.to, actorOf(principal));
      kick();
      return deploymentView(mirror, deployment);
    },

    alarms: async ({ query }) => {
      const all =
        query.phase === 'raised'
          ? raisedAlarms(mirror)
          : [...mirror.alarms.values()].sort((a, b) => b.raisedAt - a.raisedAt);
      const items = all.filter((alarm) => query.node === undefined || alarm.node === query.node).slice(0, query.limit);
      return { items: items.map(({ last: _last, ...alarm }) => alarm) };
    },
    acknowledgeAlarm: async ({ body, principal }) => {
      if ((await acknowledge(centre, body.id, actorOf(principal))) !== undefined) return ok;
      throw new EdgeError('not-found', `There is no alarm "${body.id}".`, { where: body.id });
    },
    timeline: async ({ query }) => ({ items: await readTimeline(centre, query) }),
    streams: async ({ query }) => ({
      items: (await ports.records.positions(query.node)).filter((one) => one.node !== CENTRE_NODE),
    }),
    records: async ({ params, query }) => ({
      items: await ports.records.read({ node: params.node, stream: params.stream, ...withoutUndefined(query) }),
    }),

    pushModel: ({ params, query, body, principal }) => {
      const bytes = body as AsyncIterable<Uint8Array>;
      return pushModel(
        centre,
        { model: params.model, bytes, sha256: query.sha256, alias: query.alias },
        actorOf(principal),
      );
    },
    putModelCard: async ({ params, body, principal }) => {
      await putModelCard(centre, params.model, params.version, body.card, actorOf(principal));
      return ok;
    },

    makeEnrolment: ({ body, principal, origin }) => makeEnrolment(centre, body, actorOf(principal), origin),
    enrol: ({ body }) => enrol(centre, body),
    trust: async () => ({ trust: [...ports.keys.trust] }),
  };
}

/** A page of what has names, in their order; `next` is where the next page begins. */
function pageOf<T extends { name: string }>(
  all: readonly T[],
  { after, limit }: { after?: string | undefined; limit: number },
) {
  const rest = all.toSorted(byName).filter((one) => after === undefined || one.name > after);
  const items = rest.slice(0, limit);
  return { items, next: rest.length > limit ? (items.at(-1)?.name ?? null) : null };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function labelOf(label: string | undefined): [string | undefined, string] {
  if (label === undefined) return [undefined, ''];
  const equals = label.indexOf('=');
  if (equals > 0) return [label.slice(0, equals), label.slice(equals + 1)];
  throw new EdgeError('bad-request', `"${label}" is not a label.`, { where: 'label', hint: 'Write key=value.' });
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Given<T>;
}
