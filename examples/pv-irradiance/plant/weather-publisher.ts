import { connect } from 'mqtt';
import type { Row } from '../readers/series.ts';

/** Publishes a weather station's rows on MQTT. */
export interface WeatherPublisher {
  /** The newest row; sent now, and again after every connect. */
  publish(row: Row, timeMs: number): void;
  close(): Promise<void>;
}

export interface PublisherOptions {
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly topic: string;
}

/** The newest row is said again this often, so that a reader knows that the station is there. */
const REPEAT_MS = 5000;
/** Wall time between two tries to connect. */
const RECONNECT_MS = 1000;

/** Connects by itself and again; retained, quality of service 1. `log` hears of every change once. */
export function createWeatherPublisher(
  { url, user, password, topic }: PublisherOptions,
  log: (level: 'info' | 'warn', text: string) => void,
): WeatherPublisher {
  const client = connect(url, {
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    clientId: `weather-${topic.replaceAll('/', '-')}-${process.pid}`,
    reconnectPeriod: RECONNECT_MS,
    // Only the newest row is worth sending, and that is sent after every connect.
    queueQoSZero: false,
  });
  const repeating = setInterval(() => send(), REPEAT_MS);
  let newest: string | undefined;
  let trouble: string | undefined;
  const send = () => {
    if (newest !== undefined && client.connected) client.publish(topic, newest, { qos: 1, retain: true });
  };
  const setTrouble = (text: string | undefined) => {
    if (text === trouble) return;
    trouble = text;
    if (text === undefined) log('info', `publishing to ${url} as ${topic}`);
    else log('warn', `${url}: ${text}`);
  };
  client.on('connect', () => {
    log('info', `connected to ${url}, topic ${topic}`);
    trouble = undefined;
    send();
  });
  client.on('error', (error) => setTrouble(error.message || 'the connection is refused'));
  client.on('close', () => setTrouble(trouble ?? 'the connection was closed'));
  return {
    publish(row, timeMs) {
      newest = JSON.stringify(weatherMessage(row, timeMs));
      send();
    },
    async close() {
      clearInterval(repeating);
      await client.endAsync(true);
    },
  };
}

/** A row as the station says it; null where it measured nothing. */
export function weatherMessage(row: Row, timeMs: number): Record<string, string | number | null> {
  return {
    time: new Date(timeMs).toISOString(),
    ghi: row.ghi,
    dni: row.dni,
    dhi: row.dhi,
    temperature: row.temperatureC,
    humidity: row.humidity,
    pressure: row.pressureHpa,
    windSpeed: row.windSpeed,
  };
}
