import type { MqttClient } from 'mqtt';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Timer } from '../../system/clock.ts';
import type { DriverPorts } from '../port.ts';
import { unreachable } from '../unreachable.ts';

/** Topics in one SUBSCRIBE. */
const SUBSCRIBE_TOPICS_MAX = 50;

export interface MqttLineSettings {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clientId?: string | undefined;
  readonly qos: 0 | 1;
  readonly timeoutMs: number;
  readonly keepAliveMs: number;
  readonly topics: readonly string[];
}

/** One connection to a broker, subscribed. */
export interface MqttLine {
  readonly lost: Promise<Error>;
  /** Resolves when the broker has acknowledged it; rejects with EdgeError `timeout` or `unreachable`. */
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects and subscribes, within the time limit. Rejects with EdgeError `unreachable`, `timeout`, `unauthenticated`,
 * `refused-by-equipment` (a subscription) or `closed`. The client library never reconnects by itself.
 */
export async function openMqtt(
  settings: MqttLineSettings,
  { clock, random, onAnswer }: Pick<DriverPorts, 'clock' | 'random' | 'onAnswer'>,
  signal: AbortSignal,
  onMessage: (topic: string, payload: Uint8Array) => void,
): Promise<MqttLine> {
  const { connect } = await import('mqtt');
  const where = settings.url.replace(/^mqtts?:\/\//, '');
  const client = connect(settings.url, {
    clientId: settings.clientId ?? `orla-${random.id().slice(0, 18)}`,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    keepalive: Math.max(1, Math.round(settings.keepAliveMs / 1000)),
    reconnectPeriod: 0,
    resubscribe: false,
    clean: true,
  });
  client.on('message', (topic, payload) => onMessage(topic, payload));

  const waiting = new Set<(error: Error) => void>();
  let reason: Error | undefined;
  let tell: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    tell = resolve;
  });
  const lose = (error: Error) => {
    reason ??= error;
    tell(reason);
    for (const reject of waiting) reject(reason);
  };
  client.on('error', (error) => lose(brokerError(where, error)));
  client.on('close', () => lose(new EdgeError('unreachable', `${where} closed the connection`, { where })));

  let watch: Timer | undefined;
  const close = async () => {
    watch?.cancel();
    lose(new EdgeError('closed', 'the connection was closed'));
    await client.endAsync(true);
  };

  /** The promise, or an error when the connection ends or the time is over first. */
  const within = <T>(what: string, promise: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = clock.setTimer(settings.timeoutMs, () => {
        settle();
        reject(new EdgeError('timeout', `${where}: ${what} took longer than ${settings.timeoutMs} ms`, { where }));
      });
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      const settle = () => {
        timer.cancel();
        waiting.delete(fail);
      };
      waiting.add(fail);
      if (reason !== undefined) fail(reason);
      promise.then((value) => {
        settle();
        resolve(value);
      }, fail);
    });

  const onAbort = () => lose(new EdgeError('closed', 'connecting was stopped'));
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) onAbort();
    await within('connecting', new Promise<void>((resolve) => client.once('connect', () => resolve())));
    await within('subscribing', subscribe(client, settings, where));
  } catch (error) {
    await close();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  watch = watchSilence(
    client,
    settings.keepAliveMs,
    clock,
    (timer) => {
      watch = timer;
    },
    () => lose(new EdgeError('unreachable', `${where} is silent`, { where })),
  );

  return {
    lost,
    close,
    async publish(topic, payload, retain) {
      const sentAtMs = clock.monotonic();
      await within('the acknowledgement', client.publishAsync(topic, payload, { qos: 1, retain }));
      onAnswer(clock.monotonic() - sentAtMs);
    },
  };
}

async function subscribe(client: MqttClient, { topics, qos }: MqttLineSettings, where: string): Promise<void> {
  for (let from = 0; from < topics.length; from += SUBSCRIBE_TOPICS_MAX) {
    const granted = await client.subscribeAsync(topics.slice(from, from + SUBSCRIBE_TOPICS_MAX), { qos });
    const refused = granted.find((grant) => grant.qos > 2);
    if (refused !== undefined) throw subscriptionRefused(where, refused.topic);
  }
}

function subscriptionRefused(where: string, topic: string): EdgeError {
  return new EdgeError('refused-by-equipment', `${where} does not let this user subscribe to ${topic}`, { where });
}

/** Asks a broker that has been silent for `keepAliveMs`, and gives it as long again to answer. */
function watchSilence(
  client: MqttClient,
  keepAliveMs: number,
  clock: DriverPorts['clock'],
  keep: (timer: Timer) => void,
  onSilence: () => void,
): Timer {
  let lastPacketMs = clock.monotonic();
  client.on('packetreceive', () => {
    lastPacketMs = clock.monotonic();
  });
  const check = () => {
    const silentMs = clock.monotonic() - lastPacketMs;
    if (silentMs >= 2 * keepAliveMs) return onSilence();
    if (silentMs >= keepAliveMs) client.sendPing();
    keep(clock.setTimer(keepAliveMs / 2, check));
  };
  return clock.setTimer(keepAliveMs / 2, check);
}

function brokerError(where: string, error: Error & { code?: number | string }): EdgeError {
  // CONNACK return codes 4 and 5 (MQTT 3.1.1, 3.2.2.3); 134 and 135 are the same in MQTT 5.
  if (error.code === 4 || error.code === 5 || error.code === 134 || error.code === 135) {
    return new EdgeError('unauthenticated', `${where} refuses this user or password`, {
      where,
      hint: 'Check username and password of the connector.',
      cause: error,
    });
  }
  return unreachable(where, error as NodeJS.ErrnoException);
}
