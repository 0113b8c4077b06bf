import type { Scalar } from '../../../contracts/names.ts';
import type { Reading, TagOf } from '../port.ts';
import { jsonPath } from './json-path.ts';
import type { MqttConfig, MqttSource, TimeSource } from './mqtt-settings.ts';

/** A longer message is bad without being looked at. */
export const MESSAGE_BYTES_MAX = 256 * 1024;

/** What a message on a topic says about the tags there; every tag of the topic has a reading, good or bad. */
export type MessageReader = (topic: string, payload: Uint8Array) => Reading[];

/** A reader of the tags of a connector. Pure; no message makes it throw. */
export function createMessageReader(config: MqttConfig, tags: readonly TagOf<MqttSource>[]): MessageReader {
  const byTopic = Map.groupBy(
    tags.map(({ source }, tag) => {
      const time = source.time ?? config.time;
      return {
        tag,
        topic: source.topic,
        find: source.path === undefined ? undefined : jsonPath(source.path),
        path: source.path ?? '$',
        time: time && { ...time, find: jsonPath(time.path) },
      };
    }),
    (found) => found.topic,
  );
  return (topic, payload) => {
    const message = parseMessage(payload);
    return (byTopic.get(topic) ?? []).map((place): Reading => {
      const bad = (because: string, time: Reading['time']): Reading => ({
        tag: place.tag,
        value: null,
        quality: 'bad',
        because,
        time,
      });
      const needsJson = place.find !== undefined || place.time !== undefined;
      const problem = message.problem ?? (needsJson ? message.notJson : undefined);
      if (problem !== undefined) return bad(problem, place.time === undefined ? 'arrival' : 'unknown');
      const time = place.time === undefined ? 'arrival' : timeOf(place.time.find(message.json), place.time.format);
      const value = place.find === undefined ? message.text : place.find(message.json);
      if (!isScalar(value)) return bad(whyNot(value, place.path), time);
      if (time === 'unknown') return bad(`no time at ${place.time?.path} that is ${place.time?.format}`, time);
      return { tag: place.tag, value, quality: 'good', time };
    });
  };
}

interface Message {
  readonly text: string;
  readonly json: unknown;
  /** Why it can have no value at all. */
  readonly problem?: string;
  /** Why it has no value at a path. */
  readonly notJson?: string;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function parseMessage(payload: Uint8Array): Message {
  const none = { text: '', json: undefined };
  if (payload.length > MESSAGE_BYTES_MAX) {
    return { ...none, problem: `a message of ${payload.length} bytes, more than ${MESSAGE_BYTES_MAX}` };
  }
  if (payload.length === 0) return { ...none, problem: 'an empty message' };
  let text: string;
  try {
    text = decoder.decode(payload);
  } catch {
    return { ...none, problem: 'the message is not text (UTF-8)' };
  }
  try {
    return { text, json: JSON.parse(text) };
  } catch {
    return { text, json: undefined, notJson: `the message is not JSON: ${text.slice(0, 40)}` };
  }
}

function timeOf(value: unknown, format: TimeSource['format']): Reading['time'] {
  if (format === 'iso') {
    // Without a zone it would mean the time zone of whoever reads it.
    const zoned = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}[T ][\d:.,]+\s?(Z|[+-]\d{2}:?\d{2})$/i.test(value);
    const ms = zoned ? Date.parse(value.replace(' ', 'T').replace(',', '.')) : Number.NaN;
    return Number.isNaN(ms) ? 'unknown' : ms;
  }
  const ms = typeof value === 'number' ? value * (format === 'epoch-s' ? 1000 : 1) : Number.NaN;
  return Number.isFinite(ms) ? ms : 'unknown';
}

function isScalar(value: unknown): value is Scalar {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function whyNot(value: unknown, path: string): string {
  if (value === undefined) return `the message has nothing at ${path}`;
  return value === null ? `null at ${path}` : `${path} is not a single value`;
}
