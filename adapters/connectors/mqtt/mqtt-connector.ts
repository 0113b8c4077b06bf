import { durationMs } from '../../../core/base/duration.ts';
import { defineConnector } from '../define-connector.ts';
import { checkMqtt, MqttConfig, MqttSource } from './mqtt-settings.ts';
import { openMqtt } from './open-mqtt.ts';
import { createMessageReader } from './read-message.ts';

/** MQTT. */
export const mqtt = defineConnector<MqttConfig, MqttSource>({
  name: 'mqtt',
  summary: 'Sensors and gateways that publish on an MQTT broker, as JSON or as plain values',
  about: `Speaks MQTT 3.1.1 (OASIS Standard, 29 October 2014) as a client with a clean session, over TCP or TLS.

- A tag is a topic, and a path in its JSON message (\`$.ghi\`). Several tags may share a topic. Wildcards are refused.
- \`time\` says where a message carries its own time; without it the arrival counts.
- Retained messages are read on connecting. They make a tag fresh, however old they are: let messages carry their time.
- A message that is not what it should be makes its tags bad and says why.
- A write is published with quality of service 1, and is written when the broker has acknowledged it. MQTT cannot read back:
  what the equipment made of it is seen in the tag that it publishes.`,
  config: MqttConfig,
  source: MqttSource,
  example: {
    target: { sites: ['piedmont'] },
    equipment: 'weather',
    protocol: 'mqtt',
    config: {
      url: 'mqtt://192.0.2.20:1883',
      username: 'orla',
      password: '${secret.weather-password}',
      time: { path: '$.time', format: 'iso' },
    },
    staleAfter: '5m',
    tags: [
      { name: 'ghi', unit: 'W/m2', source: { topic: 'plant/weather', path: '$.ghi' } },
      {
        name: 'heater',
        type: 'boolean',
        writable: true,
        source: { topic: 'plant/weather', path: '$.heater', write: { topic: 'plant/weather/set', path: '$.heater' } },
      },
    ],
  },
  check: checkMqtt,
  create({ config, tags }, ports) {
    const read = createMessageReader(config, tags);
    const topics = [...new Set(tags.map((tag) => tag.source.topic))];
    const settings = {
      ...config,
      topics,
      timeoutMs: durationMs(config.timeout),
      keepAliveMs: durationMs(config.keepAlive),
    };
    const newest = new Map<number, string | number | boolean>();
    return {
      async open(signal) {
        const line = await openMqtt(settings, ports, signal, (topic, payload) => {
          const readings = read(topic, payload);
          for (const { tag, value } of readings) if (value !== null) newest.set(tag, value);
          if (readings.length > 0) ports.onReadings(readings, ports.clock.monotonic());
        });
        return {
          lost: line.lost,
          close: line.close,
          async write(tag, value) {
            const target = tags[tag]?.source.write;
            if (target === undefined) throw new Error('checked: a writable tag says where it is written');
            const payload = target.path === undefined ? String(value) : JSON.stringify(nested(target.path, value));
            await line.publish(target.topic, payload, target.retain);
            return { outcome: 'written', previous: newest.get(tag) ?? null };
          },
        };
      },
    };
  },
});

/** `$.a.b` and 1 → {a: {b: 1}}. */
function nested(path: string, value: unknown): unknown {
  return path
    .split('.')
    .slice(1)
    .reduceRight((inner, key) => ({ [key]: inner }), value);
}
