import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/** The line between agents and control plane, which can be cut. */
export interface LineProxy {
  readonly port: number;
  /** From now on nothing passes: open connections stay open at both ends and carry nothing, new ones are never answered. */
  cut(): void;
  /** The line works again; connections from before are dead. */
  restore(): void;
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 1000;

/** Forwards TCP from a free port of this machine to `target`. Bytes on their way when the line is cut are gone. */
export async function openLineProxy(target: { host: string; port: number }): Promise<LineProxy> {
  const open = new Set<Socket>();
  const line = { isCut: false };
  const drop = () => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    keep(near);
    if (open.size > CONNECTIONS_MAX) return void near.destroy();
    if (line.isCut) return void near.resume();
    const far = dial({ ...target, allowHalfOpen: true });
    keep(far);
    join(near, far, line);
    join(far, near, line);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      line.isCut = true;
    },
    restore: () => {
      drop();
      line.isCut = false;
    },
    close: async () => {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What comes at one end goes out at the other, while the line is there; also that an end has closed. */
function join(from: Socket, to: Socket, line: { readonly isCut: boolean }): void {
  from.on('data', (chunk) => {
    if (!line.isCut && !to.destroyed && !to.write(chunk)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.on('end', () => {
    if (!line.isCut) to.end();
  });
  from.on('close', () => {
    if (!line.isCut) to.destroy();
  });
}
