import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { FRAME_BYTES_MAX } from '../../contracts/link.ts';
import type { Clock, Timer } from '../system/clock.ts';
import { parseNodeFrame } from './parse-frame.ts';
import type { AcceptLink } from './port.ts';

export interface WebSocketServerOptions {
  accept: AcceptLink;
  clock: Clock;
  path?: string;
  /** Larger frames close the line before they are parsed. */
  frameBytesMax?: number;
  /** More than this per second on one line, and it is not read until the second is over. */
  framesPerSecondMax?: number;
  bytesPerSecondMax?: number;
  /** Bytes that a line may send before the node on it is welcome: hello and proof are short, and strangers get no memory. */
  unprovenBytesMax?: number;
  /** Bytes waiting to be sent on one line before `send` says no. */
  bufferBytesMax?: number;
  /** A line that does not answer a ping until the next one is dead. */
  pingEveryMs?: number;
  connectionsMax?: number;
}

/** The listening end of all lines. */
export interface WebSocketLinkServer {
  connections(): number;
  /** Closes every line and answers no new one. */
  close(): Promise<void>;
}

/** Answers WebSocket requests for `path` on an HTTP server; requests for other paths are left to others. */
export function attachWebSocketLink(server: Server | TlsServer, options: WebSocketServerOptions): WebSocketLinkServer {
  const path = options.path ?? '/link';
  const connectionsMax = options.connectionsMax ?? 100_000;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.frameBytesMax ?? FRAME_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: true,
  });

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if ((request.url ?? '/').split('?')[0] !== path) {
      if (server.listenerCount('upgrade') === 1) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    if (sockets.clients.size >= connectionsMax) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (line) => serveLine(line, socket, remoteOf(request), options));
  };
  server.on('upgrade', onUpgrade);

  return {
    connections: () => sockets.clients.size,
    close: async () => {
      server.off('upgrade', onUpgrade);
      for (const line of sockets.clients) line.close(1001, 'the control plane stops');
      for (const line of sockets.clients) line.terminate();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

function remoteOf(request: IncomingMessage): string {
  return `${request.socket.remoteAddress ?? '?'}:${request.socket.remotePort ?? 0}`;
}

function serveLine(line: WebSocket, socket: Duplex, remote: string, options: WebSocketServerOptions): void {
  const { clock } = options;
  const bufferBytesMax = options.bufferBytesMax ?? 4 * 1024 * 1024;
  const pingEveryMs = options.pingEveryMs ?? 30_000;
  const meter = createMeter(line, options);
  let because = 'the line broke';
  let alive = true;
  let ping: Timer | undefined;

  const close = (why: string, code = 1000) => {
    because = why;
    line.close(code, Buffer.from(why).subarray(0, 120).toString());
  };
  let unprovenBytes = options.unprovenBytesMax ?? 16 * 1024;
  // Counted on the socket, because a frame that never ends is a frame that nobody sees.
  const onBytes = (bytes: Uint8Array) => {
    unprovenBytes -= bytes.length;
    if (unprovenBytes >= 0) return;
    because = 'it said too much before it proved itself';
    line.terminate();
  };
  socket.prependListener('data', onBytes);
  const handlers = options.accept({
    remote,
    send: (frame) => {
      if (line.readyState !== WebSocket.OPEN || line.bufferedAmount > bufferBytesMax) return false;
      if (frame.kind === 'welcome') socket.off('data', onBytes);
      line.send(JSON.stringify(frame));
      return true;
    },
    close,
  });
  const beat = () => {
    if (!alive) {
      because = 'it did not answer a ping';
      line.terminate();
      return;
    }
    alive = false;
    line.ping();
    ping = clock.setTimer(pingEveryMs, beat);
  };
  ping = clock.setTimer(pingEveryMs, beat);

  line.on('pong', () => {
    alive = true;
  });
  line.on('message', (data, isBinary) => {
    alive = true;
    const text = data.toString();
    meter.count(text.length);
    const frame = isBinary ? undefined : parseNodeFrame(text);
    if (frame === undefined) close('a frame that is not of this protocol', 1008);
    else if (frame !== 'unknown' && line.readyState === WebSocket.OPEN) handlers.onFrame(frame);
  });
  line.on('error', (cause) => {
    because = cause.message;
  });
  line.on('close', (_code, reason) => {
    ping?.cancel();
    meter.stop();
    handlers.onClose(because === 'the line broke' && reason.length > 0 ? reason.toString() : because);
  });
}

/** Stops reading a line that sends too much until its second is over: TCP then slows the sender down, nothing is lost. */
function createMeter(line: WebSocket, options: WebSocketServerOptions) {
  const framesMax = options.framesPerSecondMax ?? 200;
  const bytesMax = options.bytesPerSecondMax ?? 8 * 1024 * 1024;
  let second = options.clock.monotonic();
  let frames = 0;
  let bytes = 0;
  let resume: Timer | undefined;
  return {
    count: (length: number) => {
      const now = options.clock.monotonic();
      if (now - second >= 1000) {
        second = now;
        frames = 0;
        bytes = 0;
      }
      frames += 1;
      bytes += length;
      if ((frames < framesMax && bytes < bytesMax) || resume !== undefined) return;
      line.pause();
      resume = options.clock.setTimer(second + 1000 - now, () => {
        resume = undefined;
        line.resume();
      });
    },
    stop: () => resume?.cancel(),
  };
}
