import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { WebSocket } from 'ws';
import { EdgeError, type ErrorCode, errorTable } from '../../contracts/errors.ts';
import { EnrolAnswer, type EnrolRequest, FRAME_BYTES_MAX } from '../../contracts/link.ts';
import type { Clock, Timer } from '../system/clock.ts';
import { parseCentreFrame } from './parse-frame.ts';
import type { LinkClient, LinkConnection, LinkHandlers } from './port.ts';

export interface WebSocketLinkOptions {
  /** `https://host[:port]` of the control plane; `http` for one on the same machine. Nothing else is ever called. */
  url: string;
  clock: Clock;
  /** PEM of the authority that signed the certificate, instead of the system's. */
  ca?: string | undefined;
  /** The line counts as dead when nothing, not even a ping, came for so long. */
  silentAfterMs?: number;
  /** An HTTP answer must begin, and go on, within this. */
  answerWithinMs?: number;
}

/** Where the control plane answers; the same as in contracts/api.ts, which is too large to load on a node. */
export const linkPaths = { link: '/link', enrol: '/api/enrol', artifact: '/link/artifacts/' } as const;

const BUFFER_BYTES_MAX = 4 * 1024 * 1024;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** The node's way to the centre: one WebSocket and plain requests, to one host, certificates verified, no redirects. */
export function createWebSocketLink(options: WebSocketLinkOptions): LinkClient {
  const base = new URL(options.url);
  if (base.protocol !== 'http:' && base.protocol !== 'https:') {
    throw new EdgeError('bad-request', `The address ${options.url} is neither http nor https.`, { where: options.url });
  }
  const answerWithinMs = options.answerWithinMs ?? 30_000;
  const silentAfterMs = options.silentAfterMs ?? 90_000;
  const tls = options.ca === undefined ? {} : { ca: options.ca };

  const request = (method: string, path: string, headers: Record<string, string>, body?: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const make = base.protocol === 'https:' ? https.request : http.request;
      const sent = make(new URL(path, base), { method, headers, ...tls, timeout: answerWithinMs }, resolve);
      sent.on('timeout', () => sent.destroy(new Error(`nothing came for ${answerWithinMs} ms`)));
      sent.on('error', (cause) => reject(unreachable(base, cause)));
      sent.end(body);
    });

  const enrol = async (asked: EnrolRequest): Promise<EnrolAnswer> => {
    const answer = await request(
      'POST',
      linkPaths.enrol,
      { 'content-type': 'application/json' },
      JSON.stringify(asked),
    );
    const text = await textOf(answer, base);
    if (answer.statusCode !== 200) throw refusal(answer.statusCode ?? 0, text, base, ['token-spent', 'forbidden']);
    const parsed = EnrolAnswer.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new EdgeError('unreachable', `${base.host} answered the enrolment with something else.`, {
      where: base.host,
    });
  };

  const fetchArtifact = async (sha256: string, fromByte: number, session: string) => {
    const answer = await request('GET', linkPaths.artifact + sha256, {
      authorization: `Bearer ${session}`,
      ...(fromByte > 0 ? { range: `bytes=${fromByte}-` } : {}),
    });
    if (answer.statusCode === (fromByte > 0 ? 206 : 200)) return bytesOf(answer, base);
    if (answer.statusCode === 200) return after(fromByte, bytesOf(answer, base));
    throw refusal(answer.statusCode ?? 0, await textOf(answer, base), base, ['not-found', 'unauthenticated']);
  };

  const open = (handlers: LinkHandlers): Promise<LinkConnection> => {
    const address = new URL(linkPaths.link, base);
    address.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address, {
      ...tls,
      handshakeTimeout: answerWithinMs,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: false,
      followRedirects: false,
    });
    return openLine(socket, handlers, { base, clock: options.clock, silentAfterMs });
  };

  return { enrol, open, fetchArtifact };
}

function openLine(
  socket: WebSocket,
  handlers: LinkHandlers,
  { base, clock, silentAfterMs }: { base: URL; clock: Clock; silentAfterMs: number },
): Promise<LinkConnection> {
  return new Promise((resolve, reject) => {
    let opened = false;
    let full = false;
    let because = 'the line broke';
    let silent: Timer | undefined;

    const heard = () => {
      silent?.cancel();
      silent = clock.setTimer(silentAfterMs, () => {
        because = `nothing came for ${silentAfterMs} ms`;
        socket.terminate();
      });
    };
    const end = (why: string) => {
      because = why;
      socket.close(1008, why.slice(0, 120));
    };
    const onSent = () => {
      if (!full || socket.bufferedAmount > BUFFER_BYTES_MAX / 2 || socket.readyState !== WebSocket.OPEN) return;
      full = false;
      handlers.onDrain();
    };
    const send: LinkConnection['send'] = (frame) => {
      if (socket.readyState !== WebSocket.OPEN) return false;
      if (socket.bufferedAmount > BUFFER_BYTES_MAX) {
        full = true;
        return false;
      }
      socket.send(JSON.stringify(frame), onSent);
      return true;
    };
    const close = (why: string) => {
      because = why;
      socket.close(1000, why.slice(0, 120));
      // A peer that never answers the closing handshake must not keep the line.
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    };

    socket.on('open', () => {
      opened = true;
      heard();
      resolve({ send, close });
    });
    socket.on('ping', heard);
    socket.on('message', (data, isBinary) => {
      heard();
      const frame = isBinary ? undefined : parseCentreFrame(data.toString());
      if (frame === undefined) end('a frame that is not of this protocol');
      else if (frame !== 'unknown') handlers.onFrame(frame);
    });
    socket.on('error', (cause) => {
      because = cause.message;
      if (!opened) reject(unreachable(base, cause));
    });
    socket.on('close', (_code, reason) => {
      silent?.cancel();
      if (opened) handlers.onClose(reason.length > 0 && because === 'the line broke' ? reason.toString() : because);
    });
  });
}

function unreachable(base: URL, cause: unknown): EdgeError {
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
  return new EdgeError('unreachable', `Cannot reach ${base.host}: ${reason}.`, { where: base.host, cause });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The server's own error where it is one of `expected`; anything else is a line that does not work. */
function refusal(status: number, text: string, base: URL, expected: readonly ErrorCode[]): EdgeError {
  const body = jsonOf(text) as { error?: { code?: string; message?: string } } | undefined;
  const said = body?.error?.code;
  const code = expected.find((one) => one === said) ?? expected.find((one) => errorTable[one].http === status);
  const message = body?.error?.message ?? `${base.host} answered ${status}.`;
  return new EdgeError(code ?? 'unreachable', message, { where: base.host });
}

async function textOf(answer: IncomingMessage, base: URL): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytesOf(answer, base)) {
    length += part.length;
    if (length > ANSWER_BYTES_MAX) {
      answer.destroy();
      throw new EdgeError('unreachable', `${base.host} answered with more than ${ANSWER_BYTES_MAX} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function* bytesOf(answer: IncomingMessage, base: URL): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of answer) yield part as Uint8Array;
  } catch (cause) {
    throw unreachable(base, cause);
  }
}

async function* after(skip: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = skip;
  for await (const part of bytes) {
    if (left < part.length) yield part.subarray(left);
    left = Math.max(0, left - part.length);
  }
}
