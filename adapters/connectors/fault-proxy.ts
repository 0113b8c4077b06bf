import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../system/clock.ts';
import type { Random } from '../system/random.ts';

/** How a line treats what is said over it. */
export type LineFault =
  /** Nothing is wrong. */
  | 'none'
  /** Nobody listens; what was connected is reset. */
  | 'cut'
  /** Connections are accepted and held, and every byte disappears: a pulled cable behind a switch. */
  | 'silent'
  /** Whatever is asked, chance answers. */
  | 'garbage'
  /** Answers come one byte at a time. */
  | 'trickle';

/** A TCP line to a peer that can be made bad while it is in use. */
export interface FaultProxy {
  readonly port: number;
  /** Connections that are open on the near side. */
  connections(): number;
  set(fault: LineFault): Promise<void>;
  close(): Promise<void>;
}

/** Bytes that wait in a trickle; more end the connection. */
const TRICKLE_BYTES_MAX = 1_000_000;
const TRICKLE_BYTE_MS = 2;
const GARBAGE_BYTES = 40;

/** Listens on a free port of this machine and passes everything on to `target`. */
export async function startFaultProxy(
  target: { readonly host: string; readonly port: number },
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<FaultProxy> {
  const open = new Set<Socket>();
  let near = 0;
  let fault: LineFault = 'none';
  let port = 0;
  let listener: Server | undefined;

  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  };

  const accept = (client: Socket) => {
    keep(client);
    near++;
    client.on('close', () => near--);
    const server = connect({ ...target, noDelay: true });
    keep(server);
    client.on('close', () => server.destroy());
    server.on('close', () => {
      if (fault !== 'silent') client.destroy();
    });
    const trickle = createTrickle(ports.clock, client);
    client.on('data', (chunk) => {
      if (fault === 'garbage') client.write(ports.random.bytes(GARBAGE_BYTES));
      else if (fault !== 'silent') server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (fault === 'trickle') trickle(chunk);
      else if (fault === 'none') client.write(chunk);
    });
  };

  const listen = () =>
    new Promise<void>((resolve, reject) => {
      const server = createServer({ noDelay: true }, accept);
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        if (address !== null && typeof address === 'object') port = address.port;
        listener = server;
        resolve();
      });
    });

  const shut = () =>
    new Promise<void>((resolve) => {
      const server = listener;
      listener = undefined;
      for (const socket of open) socket.resetAndDestroy();
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });

  await listen();
  return {
    port,
    connections: () => near,
    async set(next) {
      fault = next;
      if (next === 'cut') await shut();
      else if (listener === undefined) await listen();
    },
    close: shut,
  };
}

function createTrickle(clock: Clock, to: Socket): (chunk: Uint8Array) => void {
  const waiting: number[] = [];
  let dripping = false;
  const drip = () => {
    const byte = waiting.shift();
    dripping = byte !== undefined && !to.destroyed;
    if (byte === undefined || to.destroyed) return;
    to.write(Uint8Array.of(byte));
    clock.setTimer(TRICKLE_BYTE_MS, drip);
  };
  return (chunk) => {
    if (waiting.length + chunk.length > TRICKLE_BYTES_MAX) {
      to.destroy();
      return;
    }
    waiting.push(...chunk);
    if (!dripping) drip();
  };
}
