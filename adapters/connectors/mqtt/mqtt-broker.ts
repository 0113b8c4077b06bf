import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { Aedes, type AuthenticateError } from 'aedes';
import { EdgeError } from '../../../contracts/errors.ts';

/** A small MQTT broker in this process, for tests and examples: one user, nothing kept on disk. */
export interface MqttBroker {
  readonly port: number;
  /** Publishes as the broker itself. */
  publish(topic: string, payload: string | Uint8Array, retain?: boolean): Promise<void>;
  /** Hears every message of every client. */
  onPublish(heard: (topic: string, payload: Uint8Array) => void): void;
  close(): Promise<void>;
}

export interface MqttBrokerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** CONNACK return code 4: bad user name or password (MQTT 3.1.1, 3.2.2.3). */
const BAD_USER = 4;

/** Listens; everyone but the one user is turned away. Rejects with EdgeError `port-in-use` or `bad-request`. */
export async function startMqttBroker(options: MqttBrokerOptions): Promise<MqttBroker> {
  const wanted = digest(options.username, options.password);
  const aedes = await Aedes.createBroker({
    authenticate(_client, username, password, done) {
      if (timingSafeEqual(digest(username ?? '', password?.toString() ?? ''), wanted)) return done(null, true);
      done(Object.assign(new Error('bad user or password'), { returnCode: BAD_USER }) as AuthenticateError, false);
    },
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const port = await new Promise<number>((resolve, reject) => {
    const where = `${options.host}:${options.port}`;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const [code, say] =
        error.code === 'EADDRINUSE'
          ? (['port-in-use', `something else listens at ${where}`] as const)
          : (['bad-request', `cannot listen at ${where}: ${error.message}`] as const);
      reject(new EdgeError(code, say, { where, cause: error }));
    });
    server.listen(options.port, options.host, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : options.port);
    });
  });
  return {
    port,
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup: false } as const;
        aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    onPublish(heard) {
      aedes.on('publish', (packet, client) => {
        if (client !== null) heard(packet.topic, Buffer.from(packet.payload));
      });
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => aedes.close(() => resolve()));
      }),
  };
}

function digest(username: string, password: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([username, password]))
    .digest();
}
