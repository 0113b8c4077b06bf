import { createServer, type Server } from 'node:http';
import { EdgeError } from '../../contracts/errors.ts';
import type { Agent } from './create-agent.ts';
import { localPage } from './local-page.ts';

/** Live values come for so long after somebody looked. */
const WATCH_MS = 10_000;
const EVENTS_SHOWN = 50;

export interface LocalServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The node's own page and API, for a person who stands beside it: what runs, how it does, newest values, how full the
 * streams are. It needs no control plane, changes nothing, and shows no secret. 'port-in-use' when it cannot listen.
 */
export async function startLocalServer(agent: Agent, at: { host: string; port: number }): Promise<LocalServer> {
  const server = createServer(async (request, response) => {
    const headers = {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    };
    if (request.method !== 'GET' || !isLocal(request.headers.host)) {
      response.writeHead(request.method === 'GET' ? 403 : 405, headers).end();
    } else if (request.url === '/') {
      response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(localPage);
    } else if (request.url === '/api/observed') {
      agent.watch(WATCH_MS);
      const [status, body] = await agent.observed().then(
        (report) => [200, { report, newest: agent.newest(), log: agent.logs(EVENTS_SHOWN) }] as const,
        (error: Error) => [503, { error: error.message }] as const,
      );
      response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
    } else {
      response.writeHead(404, headers).end();
    }
  });
  const port = await listen(server, at);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A page of another site must not read this one through a name that it points here (DNS rebinding). */
function isLocal(host: string | undefined): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host ?? '');
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code === 'EADDRINUSE' ? 'port-in-use' : 'bad-request';
      reject(new EdgeError(code, `The local page cannot listen at ${host}:${port}: ${cause.message}.`, { cause }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
