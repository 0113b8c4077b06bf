import { z } from 'zod';
import type { Problem } from '../../../contracts/errors.ts';
import { Duration } from '../../../contracts/names.ts';
import type { TagOf } from '../port.ts';
import { limits } from './modbus-codec.ts';
import { type RegisterType, registerTypes, type ValueLayout } from './modbus-values.ts';
import type { PlanTag, Span } from './plan-requests.ts';

const Address = z.number().int().min(0).max(65_535);
const Table = z.enum(['holding', 'input', 'coil', 'discrete']);
const Order = z.enum(['big', 'little']);
const typeNames = Object.keys(registerTypes) as [RegisterType, ...RegisterType[]];

/** Settings of a Modbus connector. */
export const ModbusConfig = z.strictObject({
  host: z.string().min(1).describe('Address or name of the device or gateway'),
  port: z.number().int().min(1).max(65_535).default(502),
  unit: z
    .number()
    .int()
    .min(0)
    .max(255)
    .default(1)
    .describe('Unit identifier; devices without a gateway often ignore it'),
  timeout: Duration.default('1s').describe('How long an answer may take'),
  connectTimeout: Duration.default('3s'),
  window: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('Requests in flight at once; 1 for devices that cannot take more'),
  maxRegisters: z
    .number()
    .int()
    .min(4)
    .max(limits.readRegisters)
    .default(limits.readRegisters)
    .describe('Most registers in one request'),
  maxBits: z
    .number()
    .int()
    .min(1)
    .max(limits.readBits)
    .default(limits.readBits)
    .describe('Most coils or discrete inputs in one request'),
  maxGap: z
    .number()
    .int()
    .min(0)
    .max(limits.readBits)
    .default(16)
    .describe('Most addresses in a row that are read although no tag needs them, to save a request'),
  wordOrder: Order.default('big').describe('Order of the registers of a value that takes several; big is the standard'),
  byteOrder: Order.default('big').describe('Order of the two bytes of a register; big is the standard'),
  sunspec: z
    .boolean()
    .default(false)
    .describe('Read the values that SunSpec reserves for "not implemented" as just that'),
  clock: z
    .strictObject({
      table: z.enum(['holding', 'input']).default('holding'),
      address: Address,
      type: z.enum(['uint16', 'uint32', 'uint64']).default('uint32'),
      epoch: z.iso
        .datetime({ offset: true })
        .default('1970-01-01T00:00:00Z')
        .describe('The moment at which it was zero'),
      unit: z.enum(['s', 'ms']).default('s'),
    })
    .optional()
    .describe("Registers with the equipment's own time: values get the time that was read together with them"),
});
export type ModbusConfig = z.infer<typeof ModbusConfig>;

/** Where a tag is found. Addresses count from zero, as they are sent. */
export const ModbusSource = z.strictObject({
  table: Table.default('holding'),
  address: Address.describe('As it is sent, from zero: 40001 in an old manual is holding, address 0'),
  type: z.enum(typeNames).optional().describe('uint16 when left out; bool for coils and discrete inputs'),
  bit: z.number().int().min(0).max(15).optional().describe('For bool in a register: 0 is the lowest'),
  length: z.number().int().min(1).max(123).optional().describe('Registers of a string'),
  wordOrder: Order.optional().describe("When it differs from the connector's"),
  byteOrder: Order.optional().describe("When it differs from the connector's"),
  scaleFactor: z
    .strictObject({ address: Address })
    .optional()
    .describe('SunSpec: register of the same table whose int16 n multiplies the value by 10 to the n'),
});
export type ModbusSource = z.infer<typeof ModbusSource>;

/** The registers or bits that a tag and its scale factor take. */
export function planTagOf(source: ModbusSource): PlanTag {
  const { table, address, scaleFactor } = source;
  return {
    table,
    address,
    count: registersOf(source),
    scaleFactor: scaleFactor === undefined ? undefined : { table, address: scaleFactor.address, count: 1 },
  };
}

/** How a tag's value lies in its registers. */
export function layoutOf(source: ModbusSource, config: ModbusConfig): ValueLayout {
  return {
    type: typeOf(source),
    count: registersOf(source),
    bit: source.bit ?? 0,
    wordOrder: source.wordOrder ?? config.wordOrder,
    byteOrder: source.byteOrder ?? config.byteOrder,
    sunspec: config.sunspec || source.scaleFactor !== undefined,
  };
}

/** The registers of the equipment's clock. */
export function clockSpanOf(config: ModbusConfig): Span | undefined {
  const { clock } = config;
  return clock && { table: clock.table, address: clock.address, count: registerTypes[clock.type] };
}

/** What the schemas cannot see. */
export function checkModbus(config: ModbusConfig | null, tags: readonly TagOf<ModbusSource>[]): Problem[] {
  const problems: Problem[] = [];
  tags.forEach((tag, index) => {
    const { source } = tag;
    const complain = (field: string, message: string, hint?: string) =>
      problems.push({ where: `tags[${index}].${field}`, message, hint });
    const ofBits = isBits(source);
    const type = typeOf(source);
    if (ofBits && type !== 'bool') complain('source.type', `a ${source.table} is a bool, not a ${type}`);
    if (ofBits && source.bit !== undefined)
      complain('source.bit', `a ${source.table} has no bits: its address is the bit`);
    if (!ofBits && type === 'bool' && source.bit === undefined) {
      complain('source.bit', 'say which bit of the register it is', 'bit: 0 is the lowest, 15 the highest.');
    }
    if (!ofBits && type !== 'bool' && source.bit !== undefined)
      complain('source.bit', `only a bool has a bit, this is a ${type}`);
    if (type === 'string' && source.length === undefined)
      complain('source.length', 'say how many registers the string has');
    if (type !== 'string' && source.length !== undefined)
      complain('source.length', `only a string has a length, this is a ${type}`);
    if (source.scaleFactor !== undefined && (type === 'bool' || type === 'string')) {
      complain('source.scaleFactor', `a ${type} has no scale factor`);
    }
    if (type === 'string' && tag.type !== 'string') {
      complain('type', `registers of a string give a string, not a ${tag.type}`, 'type: string');
    }
    if (source.address + registersOf(source) > 65_536) complain('source.address', 'it ends beyond address 65535');
    if (tag.writable && (source.table === 'input' || source.table === 'discrete')) {
      complain('writable', `${source.table} can only be read`, 'Writable values are in the tables holding and coil.');
    }
    if (config !== null && registersOf(source) > (ofBits ? config.maxBits : config.maxRegisters)) {
      complain(
        'source.length',
        `it takes ${registersOf(source)} registers, more than maxRegisters (${config.maxRegisters})`,
      );
    }
  });
  const clock = config === null ? undefined : clockSpanOf(config);
  if (clock !== undefined && clock.address + clock.count > 65_536) {
    problems.push({ where: 'config.clock.address', message: 'it ends beyond address 65535' });
  }
  return problems;
}

function isBits(source: ModbusSource): boolean {
  return source.table === 'coil' || source.table === 'discrete';
}

function typeOf(source: ModbusSource): RegisterType {
  return source.type ?? (isBits(source) ? 'bool' : 'uint16');
}

function registersOf(source: ModbusSource): number {
  const type = typeOf(source);
  if (isBits(source)) return 1;
  return type === 'string' ? (source.length ?? 1) : registerTypes[type];
}
