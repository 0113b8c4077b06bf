import { connect, type Socket } from 'node:net';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Clock, Timer } from '../../system/clock.ts';
import { unreachable } from '../unreachable.ts';
import { exceptions, formatRequest, type ModbusAnswer, type ModbusRequest, parseAnswer } from './modbus-codec.ts';
import { createFrameReader, formatFrame } from './modbus-frames.ts';

/** Requests that wait for their turn; one more is a defect of the caller's plan and fails. */
const QUEUE_MAX = 20_000;
/** The operating system asks a silent peer whether it is still there after this long. */
const KEEP_ALIVE_MS = 15_000;

export interface ModbusClientOptions {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  readonly connectTimeoutMs: number;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** Requests in flight at once. */
  readonly window: number;
}

/**
 * One connection to a Modbus TCP server, pipelined: answers are matched by transaction id, whatever their order.
 *
 * INVARIANTS
 * - Every request ends exactly once: answered, timed out, or failed with the connection.
 * - A request that times out while nothing at all came since it was sent ends the connection (half-open, `unreachable`);
 *   while other bytes come, only that request fails (`timeout`), and its late answer is dropped.
 */
export interface ModbusClient {
  /**
   * `done` is called synchronously when the answer was decoded; its bytes are valid until `done` returns.
   * Errors: EdgeError `timeout`, `unreachable`, `corrupt`, `closed`.
   */
  send(request: ModbusRequest, done: (answer: ModbusAnswer | EdgeError, arrivedAtMs: number) => void): void;
  /** The same as a promise, with bytes of its own. An exception answer rejects with EdgeError `refused-by-equipment`. */
  ask(request: ModbusRequest): Promise<ModbusAnswer>;
  /** Resolves with the reason when the connection ends by itself. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
}

interface Pending {
  readonly request: ModbusRequest;
  readonly done: (answer: ModbusAnswer | EdgeError, arrivedAtMs: number) => void;
  sentAtMs: number;
}

/** Connects, within its time limit. Rejects with EdgeError `unreachable`, `timeout` or `closed`. */
export async function connectModbus(
  options: ModbusClientOptions,
  clock: Clock,
  onAnswer: (latencyMs: number) => void,
  signal: AbortSignal,
): Promise<ModbusClient> {
  const socket = await openSocket(options, clock, signal);
  return createClient(socket, options, clock, onAnswer);
}

function createClient(
  socket: Socket,
  options: ModbusClientOptions,
  clock: Clock,
  onAnswer: (latencyMs: number) => void,
): ModbusClient {
  const where = `${options.host}:${options.port}`;
  const waiting: Pending[] = [];
  const inFlight = new Map<number, Pending>();
  const reader = createFrameReader();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let nextTransaction = 1;
  let lastByteAtMs = clock.monotonic();
  let timer: Timer | undefined;
  let ended: EdgeError | undefined;
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    lose = resolve;
  });

  const end = (error: EdgeError) => {
    if (ended !== undefined) return;
    ended = error;
    timer?.cancel();
    socket.destroy();
    const open = [...inFlight.values(), ...waiting.splice(0)];
    inFlight.clear();
    const nowMs = clock.monotonic();
    for (const pending of open) pending.done(error, nowMs);
    lose(error);
  };

  const pump = () => {
    const frames: Uint8Array[] = [];
    const nowMs = clock.monotonic();
    while (inFlight.size < options.window && waiting.length > 0) {
      const pending = waiting.shift() as Pending;
      while (inFlight.has(nextTransaction)) nextTransaction = (nextTransaction + 1) & 0xffff;
      pending.sentAtMs = nowMs;
      inFlight.set(nextTransaction, pending);
      frames.push(formatFrame(nextTransaction, options.unit, formatRequest(pending.request)));
      nextTransaction = (nextTransaction + 1) & 0xffff;
    }
    if (frames.length > 0) socket.write(frames.length === 1 ? (frames[0] as Uint8Array) : Buffer.concat(frames));
    armTimer();
  };

  /** The oldest request is the first of the map, and all have the same limit: one timer serves them all. */
  const armTimer = () => {
    const oldest = inFlight.values().next().value;
    if (timer !== undefined || oldest === undefined || ended !== undefined) return;
    timer = clock.setTimer(Math.max(1, oldest.sentAtMs + options.timeoutMs - clock.monotonic()), () => {
      timer = undefined;
      expire();
      armTimer();
    });
  };

  const expire = () => {
    const nowMs = clock.monotonic();
    for (const [transaction, pending] of inFlight) {
      if (pending.sentAtMs + options.timeoutMs > nowMs) break;
      if (lastByteAtMs <= pending.sentAtMs) {
        return end(
          new EdgeError('unreachable', `${where} is silent: no answer within ${options.timeoutMs} ms`, { where }),
        );
      }
      inFlight.delete(transaction);
      pending.done(new EdgeError('timeout', `no answer within ${options.timeoutMs} ms`, { where }), nowMs);
    }
    pump();
  };

  socket.on('data', (chunk: Buffer) => {
    const arrivedAtMs = clock.monotonic();
    lastByteAtMs = arrivedAtMs;
    const problem = reader.push(plain(chunk), ({ transaction, pdu }) => {
      const pending = inFlight.get(transaction);
      if (pending === undefined) return;
      inFlight.delete(transaction);
      const answer = parseAnswer(pending.request, pdu);
      if (answer.kind === 'broken') {
        const error = new EdgeError('corrupt', `${where} does not answer as Modbus does: ${answer.because}`, { where });
        pending.done(error, arrivedAtMs);
        end(error);
        return;
      }
      onAnswer(arrivedAtMs - pending.sentAtMs);
      pending.done(answer, arrivedAtMs);
    });
    if (problem !== undefined)
      end(new EdgeError('corrupt', `${where} does not speak Modbus TCP: ${problem}`, { where }));
    else if (ended === undefined) pump();
  });
  socket.on('error', (error) => end(unreachable(where, error)));
  socket.on('close', () => end(new EdgeError('unreachable', `${where} closed the connection`, { where })));

  const send: ModbusClient['send'] = (request, done) => {
    if (ended !== undefined) return done(ended, clock.monotonic());
    if (waiting.length >= QUEUE_MAX) {
      return done(new EdgeError('too-many', `${QUEUE_MAX} requests wait already`, { where }), clock.monotonic());
    }
    waiting.push({ request, done, sentAtMs: 0 });
    if (inFlight.size < options.window) pump();
  };

  return {
    send,
    ask: (request) =>
      new Promise((resolve, reject) => {
        send(request, (answer) => {
          if (answer instanceof EdgeError) reject(answer);
          else if (answer.kind === 'exception') reject(refusal(answer.code, where));
          else resolve('bytes' in answer ? { ...answer, bytes: answer.bytes.slice() } : answer);
        });
      }),
    lost,
    async close() {
      end(new EdgeError('closed', 'the connection was closed'));
      await closed;
    },
  };
}

/** The words for an exception code [V1.1b3, 7]. */
export function exceptionText(code: number): string {
  return `${exceptions[code] ?? 'unknown exception'} (Modbus exception ${code})`;
}

function refusal(code: number, where: string): EdgeError {
  return new EdgeError('refused-by-equipment', exceptionText(code), { where, cause: { code } });
}

function openSocket(options: ModbusClientOptions, clock: Clock, signal: AbortSignal): Promise<Socket> {
  const where = `${options.host}:${options.port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: options.host, port: options.port, noDelay: true });
    const settle = (error?: EdgeError) => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      if (error === undefined) {
        socket.setKeepAlive(true, KEEP_ALIVE_MS);
        return resolve(socket);
      }
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onAbort = () => settle(new EdgeError('closed', 'connecting was stopped'));
    const timer = clock.setTimer(options.connectTimeoutMs, () =>
      settle(
        new EdgeError('timeout', `${where} does not accept a connection within ${options.connectTimeoutMs} ms`, {
          where,
        }),
      ),
    );
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    socket.once('connect', () => settle());
    socket.once('error', (error) => settle(unreachable(where, error)));
  });
}

/** A Buffer's `slice` is a view, an array's a copy. */
function plain(chunk: Buffer): Uint8Array {
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
}
