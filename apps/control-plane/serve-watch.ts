import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../adapters/system/clock.ts';
import { routes } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { ControlPlane } from './create-control-plane.ts';
import { admit } from './http-guard.ts';
import { actorOf } from './principal.ts';

/** Bytes that wait for one reader; a slower one is ended, and comes back by itself. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** Comments that keep proxies from closing a quiet line. */
const BEAT_MS = 15_000;

/**
 * Server-sent events (HTML Living Standard, section 9.2) of what changes, until the reader goes or may no longer read: that is
 * looked at again with every comment, because a token can be deleted and a session can end meanwhile.
 */
export function serveWatch(
  { controlPlane, clock }: { controlPlane: ControlPlane; clock: Clock },
  node: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { raw } = reply;
  const subscription = controlPlane.subscribe({
    node,
    who: actorOf(request.principal),
    take: (event) => {
      raw.write(`data: ${JSON.stringify(event)}\n\n`);
      return raw.writableLength <= WAITING_BYTES_MAX;
    },
    end: () => raw.destroy(),
  });
  if (subscription === undefined) throw new EdgeError('too-many', 'Too many readers of the watch feed already.');
  reply.hijack();
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
  raw.writeHead(200, headers as Record<string, string>);
  raw.write('retry: 2000\n\n');
  const beat = async () => {
    try {
      await admit(controlPlane, routes.watch, request);
    } catch {
      raw.destroy();
    }
    if (raw.destroyed) return;
    raw.write(': still here\n\n');
    timer = clock.setTimer(BEAT_MS, () => void beat());
  };
  let timer = clock.setTimer(BEAT_MS, () => void beat());
  raw.on('close', () => {
    timer.cancel();
    subscription.unsubscribe();
  });
  request.raw.on('error', () => raw.destroy());
  return reply;
}
