import { existsSync } from 'node:fs';
import { join } from 'node:path';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { attachWebSocketLink } from '../../adapters/link/websocket-server.ts';
import type { Clock } from '../../adapters/system/clock.ts';
import { EdgeError } from '../../contracts/errors.ts';
import { FRAME_BYTES_MAX } from '../../contracts/link.ts';
import type { ControlPlane } from './create-control-plane.ts';
import { replyError } from './http-errors.ts';
import { bodyDeadline, securityHeaders } from './http-guard.ts';
import { addRoutes } from './http-routes.ts';
import { createMetrics } from './metrics.ts';
import type { ControlPlanePorts } from './ports.ts';
import { nobody } from './principal.ts';

export interface HttpServerOptions {
  readonly controlPlane: ControlPlane;
  readonly clock: Clock;
  readonly log: ControlPlanePorts['log'];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Folder of the built console; without it only the API is served. */
  readonly consoleDir?: string | undefined;
}

export interface HttpServer {
  readonly port: number;
  readonly server: FastifyInstance;
  close(): Promise<void>;
}

/** Answers on a port with every route of the table, the link, and the console. EdgeError 'port-in-use'. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { controlPlane, clock, log, host, port, tls, consoleDir } = options;
  const server = (fastify as unknown as (options: object) => FastifyInstance)({
    ...(tls === undefined ? {} : { https: tls }),
    logger: false,
    forceCloseConnections: true,
    requestTimeout: 0,
    connectionTimeout: 0,
  });
  const metrics = createMetrics(controlPlane);
  const headers = securityHeaders(tls !== undefined);
  server.decorateRequest('principal', undefined as never);
  server.decorateRequest('bodyDeadline', undefined as never);
  server.addHook('onRequest', async (request, reply) => {
    request.principal = nobody;
    request.bodyDeadline = bodyDeadline(request.raw, clock);
    reply.headers(headers);
  });
  server.addHook('onResponse', async (request, reply) => {
    metrics.observe(request.routeOptions.url ?? 'other', request.method, reply.statusCode, reply.elapsedTime / 1000);
  });
  server.setErrorHandler((error: Error, _request, reply) => replyError(reply, error, log));
  // Bytes are handed on as they come; the route that takes them counts them.
  server.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  await server.register(rateLimit, { global: false });
  addRoutes(server, { controlPlane, metrics, clock });
  await serveConsole(server, consoleDir, log);

  const link = attachWebSocketLink(server.server, {
    accept: controlPlane.accept,
    clock,
    path: '/link',
    frameBytesMax: FRAME_BYTES_MAX,
  });
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw listenError(cause, host, port);
  }
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    server,
    close: async () => {
      await link.close();
      await server.close();
    },
  };
}

function listenError(cause: unknown, host: string, port: number): EdgeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const where = `${host}:${port}`;
  if (code === 'EADDRINUSE')
    return new EdgeError('port-in-use', `Another program listens on ${where} already.`, { where, cause });
  if (code === 'EACCES')
    return new EdgeError('port-in-use', `This user may not listen on ${where}.`, {
      where,
      hint: 'Choose a port above 1023.',
      cause,
    });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new EdgeError('bad-request', `This machine has no address ${host}.`, {
      where: '--listen',
      hint: 'Use 127.0.0.1 or 0.0.0.0.',
      cause,
    });
  }
  return new EdgeError('internal', `Listening on ${where} failed: ${String(cause)}`, { where, cause });
}

/** The console is one page: its files are named by their content, and every other path is that page. */
async function serveConsole(
  server: FastifyInstance,
  consoleDir: string | undefined,
  log: ControlPlanePorts['log'],
): Promise<void> {
  const page = consoleDir !== undefined && existsSync(join(consoleDir, 'index.html'));
  if (page) {
    await server.register(fastifyStatic, {
      root: consoleDir,
      preCompressed: true,
      index: ['index.html'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        const named = path.includes('/assets/');
        reply.header('cache-control', named ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  server.setNotFoundHandler((request, reply) => {
    const isPage = page && request.method === 'GET' && !/^\/(api|link|metrics|assets)(\/|$)/.test(request.url);
    if (isPage) return reply.sendFile('index.html');
    if (request.url === '/' && request.method === 'GET') return reply.type('text/plain').send(NO_CONSOLE);
    const path = request.url.split('?')[0];
    return replyError(
      reply,
      new EdgeError('not-found', `There is nothing at ${request.method} ${path}.`, {
        hint: 'See /api/openapi.json for what there is.',
      }),
      log,
    );
  });
}

const NO_CONSOLE = 'This is an Orla control plane. Its console is not built here: npm run console:build\n';
