import { EdgeError } from '../../../contracts/errors.ts';
import type { Scalar } from '../../../contracts/names.ts';
import type { Clock } from '../../system/clock.ts';
import type { Session, TagOf } from '../port.ts';
import type { ModbusClient } from './modbus-client.ts';
import { bitAt, type ModbusRequest } from './modbus-codec.ts';
import { layoutOf, type ModbusConfig, type ModbusSource, planTagOf } from './modbus-settings.ts';
import { applyScaleFactor, decoderOf, encodeValue, type ValueLayout } from './modbus-values.ts';
import { readFunctions, type Span } from './plan-requests.ts';

/** Equipment may take a moment until a register shows what was written: it is read back so often, with pauses. */
const READ_BACK_TRIES = 4;
const READ_BACK_PAUSE_MS = 50;

/**
 * Writes one tag: reads what is there, writes when it differs (function 5 for a coil, 6 for one register, 16 for several
 * or when 6 is not known), and reads back. A bool in a register keeps the other bits as they were read just before.
 */
export function createModbusWrite(
  config: ModbusConfig,
  tags: readonly TagOf<ModbusSource>[],
  client: ModbusClient,
  clock: Clock,
): Session['write'] {
  const read = async (span: Span): Promise<Uint8Array> => {
    const answer = await client.ask({ fn: readFunctions[span.table], address: span.address, count: span.count });
    return 'bytes' in answer ? answer.bytes : new Uint8Array();
  };

  /** True when what is read becomes `wanted` within the tries. */
  const readsBack = async (span: Span, wanted: (bytes: Uint8Array) => boolean): Promise<boolean> => {
    for (let tries = 1; ; tries++) {
      if (wanted(await read(span))) return true;
      if (tries >= READ_BACK_TRIES) return false;
      await clock.sleep(READ_BACK_PAUSE_MS);
    }
  };

  const writeCoil = async (span: Span, on: boolean) => {
    const previous = bitAt(await read(span), 0);
    if (previous === on) return { outcome: 'unchanged' as const, previous };
    await client.ask({ fn: 5, address: span.address, on });
    if (await readsBack(span, (bytes) => bitAt(bytes, 0) === on)) return { outcome: 'written' as const, previous };
    throw notTaken(on);
  };

  const factorOf = async (span: Span | undefined): Promise<number> => {
    if (span === undefined) return 0;
    const factor = decoderOf(factorLayout)(viewOf(await read(span)), 0);
    if (typeof factor === 'number' && Math.abs(factor) <= 10) return factor;
    throw new EdgeError('refused-by-equipment', 'its scale factor is not implemented');
  };

  const writeRegisters = async (span: Span, layout: ValueLayout, factor: number, value: Scalar) => {
    const before = await read(span);
    const decoded = decoderOf(layout)(viewOf(before), 0);
    const previous =
      typeof decoded === 'object' ? null : typeof decoded === 'number' ? applyScaleFactor(decoded, factor) : decoded;
    const encoded = encodeValue(layout, typeof value === 'number' ? applyScaleFactor(value, -factor) : value, before);
    if (!(encoded instanceof Uint8Array)) throw new EdgeError('bad-request', encoded.because);
    if (same(encoded, before)) return { outcome: 'unchanged' as const, previous };
    await sendRegisters(client, span.address, encoded);
    if (await readsBack(span, (bytes) => same(bytes, encoded))) return { outcome: 'written' as const, previous };
    throw notTaken(value);
  };

  return async (tag, value) => {
    const { source } = tags[tag] as TagOf<ModbusSource>;
    const span = planTagOf(source);
    if (source.table !== 'coil') {
      return writeRegisters(span, layoutOf(source, config), await factorOf(span.scaleFactor), value);
    }
    if (typeof value === 'string') throw new EdgeError('bad-request', 'a coil takes true or false');
    return writeCoil(span, value === true || value === 1);
  };
}

const factorLayout: ValueLayout = {
  type: 'int16',
  count: 1,
  bit: 0,
  wordOrder: 'big',
  byteOrder: 'big',
  sunspec: true,
};

async function sendRegisters(client: ModbusClient, address: number, registers: Uint8Array): Promise<void> {
  const several: ModbusRequest = { fn: 16, address, registers };
  if (registers.length > 2) {
    await client.ask(several);
    return;
  }
  const value = ((registers[0] as number) << 8) | (registers[1] as number);
  try {
    await client.ask({ fn: 6, address, value });
  } catch (error) {
    if (!isIllegalFunction(error)) throw error;
    await client.ask(several);
  }
}

function isIllegalFunction(error: unknown): boolean {
  return error instanceof EdgeError && (error.cause as { code?: number } | undefined)?.code === 1;
}

function notTaken(value: Scalar): EdgeError {
  return new EdgeError('refused-by-equipment', `the equipment confirmed ${value} but reads back something else`);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
