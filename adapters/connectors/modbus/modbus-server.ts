import { createServer, type Server, type Socket } from 'node:net';
import { EdgeError } from '../../../contracts/errors.ts';
import { formatAnswer, formatException, type ModbusAnswer, type ModbusRequest, parseRequest } from './modbus-codec.ts';
import { createFrameReader, formatFrame } from './modbus-frames.ts';

/** Connections at once; more are closed. */
const CONNECTIONS_MAX = 64;

/** A Modbus TCP server: answers in order, one request at a time, whatever the client sends. */
export interface ModbusServer {
  readonly port: number;
  /** Closes every connection, goes on listening. */
  disconnectAll(): void;
  close(): Promise<void>;
}

/**
 * Listens at `host:port` (0 = any free one). `answer` is called for each request and must not throw.
 * Rejects with EdgeError `port-in-use` or `bad-request` (not an address of this machine, or a port that this user may not use).
 */
export async function startModbusServer(
  at: { readonly host: string; readonly port: number },
  answer: (request: ModbusRequest, unit: number) => ModbusAnswer,
): Promise<ModbusServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (sockets.size >= CONNECTIONS_MAX) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    const reader = createFrameReader();
    socket.on('data', (chunk: Buffer) => {
      const replies: Uint8Array[] = [];
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      const problem = reader.push(bytes, ({ transaction, unit, pdu }) => {
        const request = parseRequest(pdu);
        const reply =
          'exception' in request
            ? formatException(pdu[0] ?? 0, request.exception)
            : formatAnswer(request, answer(request, unit));
        replies.push(formatFrame(transaction, unit, reply));
      });
      if (replies.length > 0 && !socket.write(replies.length === 1 ? replies[0]! : Buffer.concat(replies))) {
        // A client that does not read its answers gets no more until it does.
        socket.pause();
        socket.once('drain', () => socket.resume());
      }
      if (problem !== undefined) socket.destroy();
    });
  });
  const port = await listen(server, at);
  const disconnectAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    disconnectAll,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        disconnectAll();
      }),
  };
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      if (error.code === 'EADDRINUSE') {
        reject(new EdgeError('port-in-use', `something else listens at ${where}`, { where, cause: error }));
      } else {
        const hint = 'Use an address of this machine, and a port that this user may use.';
        reject(
          new EdgeError('bad-request', `cannot listen at ${where}: ${error.message}`, { where, hint, cause: error }),
        );
      }
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}
