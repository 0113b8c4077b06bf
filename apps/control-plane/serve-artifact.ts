import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ControlPlane } from './create-control-plane.ts';

/** An artifact, or the one range of it that is asked for (RFC 9110 section 14); several ranges get the whole. */
export async function serveArtifact(
  controlPlane: ControlPlane,
  sha256: string,
  session: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const size = await controlPlane.artifactSize(sha256);
  const range = rangeOf(request.headers.range, size);
  reply.headers({ 'accept-ranges': 'bytes', etag: `"${sha256}"`, 'content-type': 'application/octet-stream' });
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${size}`).send();
  const { from, to } = range ?? { from: 0, to: size - 1 };
  const bytes = await controlPlane.artifact(sha256, from, session);
  reply.header('content-length', to - from + 1);
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${from}-${to}/${size}`);
  return reply.send(Readable.from(firstBytes(bytes, to - from + 1)));
}

/** The range of a Range header; undefined when it asks for none that is understood. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { from: number; to: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from >= size || (first === '' && Number(last) === 0)) return 'unsatisfiable';
  return from > to ? undefined : { from, to };
}

async function* firstBytes(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of bytes) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
