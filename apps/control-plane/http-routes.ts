import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Clock } from '../../adapters/system/clock.ts';
import { type RouteName, type RouteSpec, routes } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import { placeOf } from '../../core/base/schema-problems.ts';
import type { ControlPlane } from './create-control-plane.ts';
import type { HandlerRequest, StreamedRoute } from './handlers.ts';
import { admit, bearerOf } from './http-guard.ts';
import type { ControlPlaneMetrics } from './metrics.ts';
import { serveArtifact } from './serve-artifact.ts';
import { serveWatch } from './serve-watch.ts';

/** Bytes of a JSON body unless the route says otherwise. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** The same for a route that anyone may call: an enrolment or a password is short. */
const STRANGER_BODY_BYTES_MAX = 16 * 1024;

/** Requests that one address may make in a minute to routes that anyone may call, because there words can be tried out. */
export const perMinute: Partial<Record<RouteName, number>> = { signIn: 20, firstAdministrator: 20, enrol: 600 };

export interface RouteContext {
  readonly controlPlane: ControlPlane;
  readonly metrics: ControlPlaneMetrics;
  readonly clock: Clock;
}

/** Every route of the table but the link, which is a WebSocket: admitted, parsed, answered, always in this order. */
export function addRoutes(server: FastifyInstance, context: RouteContext): void {
  for (const [name, route] of Object.entries(routes) as [RouteName, RouteSpec][]) {
    if (name === 'link') continue;
    const limit = perMinute[name];
    server.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodyBytesMax ?? (route.who === 'anyone' ? STRANGER_BODY_BYTES_MAX : BODY_BYTES_MAX),
      config: limit === undefined ? {} : { rateLimit: { max: limit, timeWindow: 60_000 } },
      onRequest: async (request) => {
        request.principal = await admit(context.controlPlane, route, request);
        if (route.bodyType !== undefined) request.bodyDeadline?.cancel();
      },
      handler: (request, reply) => answer(context, name, route, request, reply),
    });
  }
}

async function answer(
  context: RouteContext,
  name: RouteName,
  route: RouteSpec,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { controlPlane, metrics } = context;
  const params = parse(route.params, request.params, 'path');
  const query = parse(route.query, request.query, 'query');
  reply.header('cache-control', 'no-store');
  if (isStreamed(name)) {
    if (name === 'watch') return serveWatch(context, (query as { node?: string }).node, request, reply);
    if (name === 'artifact')
      return serveArtifact(
        controlPlane,
        (params as { sha256: string }).sha256,
        bearerOf(request) ?? '',
        request,
        reply,
      );
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.text());
  }
  if (route.bodyType !== undefined && !(request.headers['content-type'] ?? '').startsWith(route.bodyType)) {
    throw new EdgeError('bad-request', `This route takes ${route.bodyType}.`, { where: 'content-type' });
  }
  const body = route.bodyType === undefined ? parse(route.body, request.body, 'body') : request.body;
  const setCookie = (values: readonly string[]) => reply.header('set-cookie', [...values]);
  const origin = `${request.protocol}://${request.host}`;
  const asked = {
    params,
    query,
    body,
    principal: request.principal,
    cookie: request.headers.cookie,
    origin,
    setCookie,
  };
  const handler = controlPlane.handlers[name] as (request: HandlerRequest<RouteName>) => Promise<unknown>;
  return handler(asked as unknown as HandlerRequest<RouteName>);
}

function isStreamed(name: RouteName): name is StreamedRoute {
  return name === 'watch' || name === 'artifact' || name === 'metrics' || name === 'link';
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ where: placeOf(where, issue.path), message: issue.message }));
  throw new EdgeError('bad-request', problems[0]!.message, { where: problems[0]!.where, problems });
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: import('./principal.ts').Principal;
    /** Ends the request when its body does not come. */
    bodyDeadline: import('../../adapters/system/clock.ts').Timer | undefined;
  }
}
