import { z } from 'zod';
import { Duration, Name, Scalar } from '../names.ts';
import { Selector } from '../selector.ts';

/** Report a change only when it is larger than this. */
export const Deadband = z.union([
  z.strictObject({ absolute: z.number().nonnegative() }),
  z.strictObject({ percent: z.number().nonnegative().max(100) }),
]);
export type Deadband = z.infer<typeof Deadband>;

/** One named, typed data point of a piece of equipment. */
export const TagSpec = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/)
    .describe('Name within the equipment; flows say equipment/name'),
  title: z.string().max(120).optional(),
  type: z.enum(['number', 'boolean', 'string']).default('number').describe('What flows see, after scaling'),
  unit: z.string().max(20).optional().describe('UCUM code, for example W/m2, Cel, kW, %'),
  writable: z.boolean().default(false),
  limits: z.strictObject({ min: z.number(), max: z.number() }).optional().describe('A write outside is refused'),
  source: z.looseObject({}).describe('Where the protocol finds it: address, topic and path; see the connector'),
  scale: z.number().optional().describe('value = raw × scale + offset'),
  offset: z.number().optional(),
  deadband: Deadband.optional(),
  dataClass: z.enum(['public', 'internal', 'confidential', 'restricted']).default('internal'),
});
export type TagSpec = z.infer<typeof TagSpec>;

/** Reads, subscribes to and writes the tags of one piece of equipment over one protocol. */
export const ConnectorSpec = z.strictObject({
  target: Selector.describe('The nodes at which this equipment stands'),
  equipment: Name.describe('Name of the equipment at the node; flows say equipment/tag'),
  protocol: z.string().describe('modbus, mqtt, replay …; `orla describe protocol NAME` shows its settings'),
  config: z
    .record(z.string(), z.unknown())
    .describe("The protocol's own settings; may use ${…} variables and ${secret.NAME}"),
  scan: Duration.default('1s').describe('How often it is read, for protocols that are polled'),
  staleAfter: Duration.default('30s').describe('After this long without an answer the quality is bad'),
  tags: z.array(TagSpec).min(1).max(10_000),
});
export type ConnectorSpec = z.infer<typeof ConnectorSpec>;

/** A connector as a manifest carries it: variables resolved, target gone. */
export const ResolvedConnector = ConnectorSpec.omit({ target: true }).extend({ name: Name });
export type ResolvedConnector = z.infer<typeof ResolvedConnector>;

export const TagValue = Scalar.nullable();
