import type { FastifyReply, FastifyRequest } from 'fastify';
import { EdgeError } from '../../contracts/errors.ts';
import type { ControlPlane } from './create-control-plane.ts';

/** Bytes that wait for one reader; a slower one is ended, and comes back by itself. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** Comments that keep proxies from closing a quiet line. */
const BEAT_MS = 15_000;

/** Server-sent events (HTML Living Standard, section 9.2) of what changes, until the reader goes. */
export function serveWatch(
  controlPlane: ControlPlane,
  node: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { raw } = reply;
  const subscription = controlPlane.subscribe({
    node,
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
  const beat = setInterval(() => raw.write(': still here\n\n'), BEAT_MS);
  raw.on('close', () => {
    clearInterval(beat);
    subscription.unsubscribe();
  });
  request.raw.on('error', () => raw.destroy());
  return reply;
}
