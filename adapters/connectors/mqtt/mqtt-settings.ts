import { z } from 'zod';
import type { Problem } from '../../../contracts/errors.ts';
import { Duration } from '../../../contracts/names.ts';
import type { TagOf } from '../port.ts';
import { jsonPathPattern } from './json-path.ts';

const Topic = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^+#\0]+$/, 'name one topic, without the wildcards + and #');
const Path = z
  .string()
  .regex(jsonPathPattern, 'write a path as $.ghi or $.inverters[0].power')
  .describe('Where in the JSON message; without it the whole message is the value, as text');
const Time = z.strictObject({
  path: Path.describe('Where in the JSON message the time is'),
  format: z.enum(['iso', 'epoch-ms', 'epoch-s']).default('iso').describe('ISO 8601, or a number since 1970'),
});
export type TimeSource = z.infer<typeof Time>;

/** Settings of an MQTT connector. */
export const MqttConfig = z.strictObject({
  url: z
    .string()
    .regex(/^mqtts?:\/\/[^\s/@]+$/, 'write mqtt://host:1883, or mqtts:// for TLS, without user and password')
    .describe('The broker'),
  username: z.string().max(256).optional(),
  password: z.string().max(1024).optional().describe('Better as ${secret.NAME} than as it is'),
  clientId: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('A random one when left out; two clients with the same one throw each other out'),
  qos: z
    .union([z.literal(0), z.literal(1)])
    .default(1)
    .describe('Quality of service of subscriptions; writes always have 1'),
  keepAlive: Duration.default('15s').describe('A broker that is silent for longer is asked whether it is there'),
  timeout: Duration.default('5s').describe('How long connecting, and the acknowledgement of a write, may take'),
  time: Time.optional().describe('Where messages say what time it is at the source; the arrival counts when left out'),
});
export type MqttConfig = z.infer<typeof MqttConfig>;

/** Where a tag is found, and where it is written. */
export const MqttSource = z.strictObject({
  topic: Topic,
  path: Path.optional(),
  time: Time.optional().describe("When it differs from the connector's"),
  write: z
    .strictObject({
      topic: Topic,
      path: Path.optional().describe('Write {"a":{"b":VALUE}} for $.a.b; the plain value when left out'),
      retain: z.boolean().default(false),
    })
    .optional()
    .describe('Where a write is published'),
});
export type MqttSource = z.infer<typeof MqttSource>;

/** What the schemas cannot see. */
export function checkMqtt(config: MqttConfig | null, tags: readonly TagOf<MqttSource>[]): Problem[] {
  const problems: Problem[] = [];
  tags.forEach(({ writable, source }, index) => {
    const complain = (field: string, message: string, hint?: string) =>
      problems.push({ where: `tags[${index}].${field}`, message, hint });
    if (writable && source.write === undefined) {
      complain(
        'source.write',
        'a writable tag needs the topic that it is written to',
        'source: { …, write: { topic: … } }',
      );
    }
    if (!writable && source.write !== undefined) {
      complain('source.write', 'only a writable tag is written', 'Add writable: true, or remove write.');
    }
    if (source.write?.path?.includes('[')) complain('source.write.path', 'a message that is written has no lists');
    if (source.write?.path === '$') complain('source.write.path', 'name a field, or leave the path out');
  });
  if (config?.password !== undefined && config.username === undefined) {
    problems.push({ where: 'config.password', message: 'a password without a username is never sent' });
  }
  return problems;
}
