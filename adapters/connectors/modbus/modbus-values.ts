import type { Scalar } from '../../../contracts/names.ts';

/** Types of values in registers, and how many registers each takes; a string says its own length. */
export const registerTypes = {
  bool: 1,
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float32: 2,
  float64: 4,
  string: 0,
} as const;
export type RegisterType = keyof typeof registerTypes;

/** How a value lies in its registers. */
export interface ValueLayout {
  readonly type: RegisterType;
  /** Registers that it takes. */
  readonly count: number;
  /** Bit of the register, 0 is the lowest; for bool. */
  readonly bit: number;
  /** `big`: the most significant word (byte) comes first, as in the Modbus specification and SunSpec. */
  readonly wordOrder: 'big' | 'little';
  readonly byteOrder: 'big' | 'little';
  /** Whether the values that SunSpec reserves for "not implemented" mean just that. */
  readonly sunspec: boolean;
}

/** Why registers hold no value. */
export interface NoValue {
  readonly because: string;
}

const notImplemented: NoValue = { because: 'not implemented' };
const notANumber: NoValue = { because: 'not a number' };

/** Reads one value at a byte offset. Whole numbers beyond 2^53 come rounded to the nearest number that JSON can hold. */
export type Decoder = (view: DataView, at: number) => Scalar | NoValue;

/**
 * The decoder of a layout. Values for "not implemented" after SunSpec Device Information Model Specification 1.1,
 * section 4.2 (for example 0x8000 for int16, 0xFFFF for uint16, NaN for floats, an empty string).
 */
export function decoderOf(layout: ValueLayout): Decoder {
  const straight = straightDecoder(layout);
  const { type, count, wordOrder, byteOrder } = layout;
  if (byteOrder === 'big' && (wordOrder === 'big' || type === 'string' || count === 1)) return straight;
  const order = byteIndexes(layout);
  const bytes = new DataView(new ArrayBuffer(count * 2));
  return (view, at) => {
    for (let to = 0; to < order.length; to++) bytes.setUint8(to, view.getUint8(at + (order[to] as number)));
    return straight(bytes, 0);
  };
}

function straightDecoder({ type, bit, count, sunspec }: ValueLayout): Decoder {
  switch (type) {
    case 'bool':
      return (view, at) => ((view.getUint16(at) >> bit) & 1) === 1;
    case 'int16':
      return guarded((view, at) => view.getInt16(at), sunspec, -0x8000);
    case 'uint16':
      return guarded((view, at) => view.getUint16(at), sunspec, 0xffff);
    case 'int32':
      return guarded((view, at) => view.getInt32(at), sunspec, -0x80000000);
    case 'uint32':
      return guarded((view, at) => view.getUint32(at), sunspec, 0xffffffff);
    case 'int64':
      return guarded((view, at) => view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4), sunspec, -(2 ** 63));
    case 'uint64': {
      const value = (view: DataView, at: number) => view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
      return (view, at) =>
        sunspec && view.getUint32(at) === 0xffffffff && view.getUint32(at + 4) === 0xffffffff
          ? notImplemented
          : value(view, at);
    }
    case 'float32':
      return finite((view, at) => view.getFloat32(at), sunspec);
    case 'float64':
      return finite((view, at) => view.getFloat64(at), sunspec);
    case 'string':
      return (view, at) => {
        const bytes = new Uint8Array(view.buffer, view.byteOffset + at, count * 2);
        const end = bytes.indexOf(0);
        const text = Buffer.from(end < 0 ? bytes : bytes.subarray(0, end))
          .toString('utf8')
          .trimEnd();
        return sunspec && text === '' ? notImplemented : text;
      };
  }
}

function guarded(read: (view: DataView, at: number) => number, sunspec: boolean, sentinel: number): Decoder {
  if (!sunspec) return read;
  return (view, at) => {
    const value = read(view, at);
    return value === sentinel ? notImplemented : value;
  };
}

function finite(read: (view: DataView, at: number) => number, sunspec: boolean): Decoder {
  return (view, at) => {
    const value = read(view, at);
    if (Number.isFinite(value)) return value;
    return sunspec && Number.isNaN(value) ? notImplemented : notANumber;
  };
}

/**
 * The registers of a value, two bytes each as they are sent. `before` are its registers now: a bool changes only its
 * own bit. Says why a value does not fit; whole-number types round to the nearest.
 */
export function encodeValue(layout: ValueLayout, value: Scalar, before: Uint8Array): Uint8Array | NoValue {
  const bytes = new Uint8Array(layout.count * 2);
  const view = new DataView(bytes.buffer);
  const problem = put(layout, view, value, before);
  if (problem !== undefined) return { because: problem };
  const encoded = new Uint8Array(bytes.length);
  byteIndexes(layout).forEach((from, to) => {
    encoded[from] = bytes[to] as number;
  });
  return encoded;
}

const ranges = {
  int16: [-0x8000, 0x7fff],
  uint16: [0, 0xffff],
  int32: [-0x80000000, 0x7fffffff],
  uint32: [0, 0xffffffff],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
} as const;

function put(
  { type, bit, count, byteOrder }: ValueLayout,
  view: DataView,
  value: Scalar,
  before: Uint8Array,
): string | undefined {
  if (type === 'string') {
    const text = Buffer.from(String(value), 'utf8');
    if (text.length > count * 2) return `${text.length} bytes of text where ${count * 2} fit`;
    new Uint8Array(view.buffer).set(text);
    return undefined;
  }
  if (type === 'bool') {
    const [high, low] = byteOrder === 'big' ? [0, 1] : [1, 0];
    const now = ((before[high] as number) << 8) | (before[low] as number);
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) return 'neither true nor false';
    view.setUint16(0, value === true || value === 1 ? now | (1 << bit) : now & ~(1 << bit));
    return undefined;
  }
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return 'not a number';
  if (type === 'float64') {
    view.setFloat64(0, number);
    return undefined;
  }
  if (type === 'float32') {
    view.setFloat32(0, number);
    return Number.isFinite(view.getFloat32(0)) ? undefined : `${number} does not fit a float32`;
  }
  const whole = Math.round(number);
  const [least, most] = ranges[type];
  if (whole < least || whole > most) return `${whole} does not fit a ${type} (${least} to ${most})`;
  if (count === 1) view.setUint16(0, whole & 0xffff);
  else if (count === 2) view.setUint32(0, whole >>> 0);
  else view.setBigUint64(0, BigInt.asUintN(64, BigInt(whole)));
  return undefined;
}

/** For each byte of a value, most significant first, where it lies in the registers. */
function byteIndexes({ type, count, wordOrder, byteOrder }: ValueLayout): number[] {
  return Array.from({ length: count * 2 }, (_, at) => {
    const word = at >> 1;
    const place = wordOrder === 'big' || type === 'string' ? word : count - 1 - word;
    return place * 2 + (byteOrder === 'big' ? at & 1 : 1 - (at & 1));
  });
}

/** raw × 10^exponent, exact where division by a power of ten is. */
export function applyScaleFactor(raw: number, exponent: number): number {
  return exponent < 0 ? raw / 10 ** -exponent : raw * 10 ** exponent;
}
