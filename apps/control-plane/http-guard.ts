import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Clock, Timer } from '../../adapters/system/clock.ts';
import type { RouteSpec } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { ControlPlane } from './create-control-plane.ts';
import { assertMay, type Principal } from './principal.ts';

/** Who asks, if they may ask for this route. Throws 'unauthenticated' or 'forbidden'. Called before the body is read. */
export async function admit(controlPlane: ControlPlane, route: RouteSpec, request: FastifyRequest): Promise<Principal> {
  const bearer = bearerOf(request);
  if (bearer === undefined && route.method !== 'GET') assertSameOrigin(request);
  const principal = await controlPlane.authenticate({ bearer, cookie: request.headers.cookie });
  assertMay(principal, route.who);
  return principal;
}

/** The word of `Authorization: Bearer`; it is never taken from a URL. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +([A-Za-z0-9_.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * A browser says where a request comes from (Fetch Metadata, and Origin of RFC 6454): another site may not change anything
 * with the cookie of somebody who is signed in here. A request with a cookie that does not say it is refused too.
 */
function assertSameOrigin(request: FastifyRequest): void {
  const { origin, host, cookie } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && URL.parse(origin)?.host !== host);
  const silent = cookie !== undefined && site === undefined && origin === undefined;
  if (!foreign && !silent) return;
  throw new EdgeError('forbidden', 'This request comes from another site.', {
    hint: 'Use the console itself, or a token.',
  });
}

/** A body arrives within this, unless its route takes bytes and admitted it. */
const BODY_MS = 60_000;

/** Ends a request whose body does not come, so that nobody holds lines open by saying nothing. Undefined without a body. */
export function bodyDeadline(request: IncomingMessage, clock: Clock): Timer | undefined {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return undefined;
  const { socket } = request;
  const deadline = clock.setTimer(BODY_MS, () => socket.destroy());
  const over = () => {
    deadline.cancel();
    socket.off('close', over);
  };
  request.once('end', over);
  // A request that was answered before its body came says nothing when its line ends.
  socket.once('close', over);
  return deadline;
}

const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer, after the OWASP Secure Headers Project. */
export function securityHeaders(tls: boolean): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...(tls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
