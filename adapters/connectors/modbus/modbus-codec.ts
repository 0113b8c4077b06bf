/**
 * Requests and answers of the MODBUS Application Protocol Specification V1.1b3 (clauses in brackets) as data, and their
 * bytes. Pure; no input makes it throw.
 */
export type ModbusRequest =
  | { readonly fn: 1 | 2 | 3 | 4; readonly address: number; readonly count: number }
  | { readonly fn: 5; readonly address: number; readonly on: boolean }
  | { readonly fn: 6; readonly address: number; readonly value: number }
  | { readonly fn: 15; readonly address: number; readonly bits: readonly boolean[] }
  /** `registers`: two bytes each, big-endian. */
  | { readonly fn: 16; readonly address: number; readonly registers: Uint8Array };

export type ModbusAnswer =
  /** Bits as they were sent: the first in the lowest bit of the first byte [6.1]. */
  | { readonly kind: 'bits'; readonly bytes: Uint8Array }
  /** Registers as they were sent: two bytes each, big-endian [6.3]. */
  | { readonly kind: 'registers'; readonly bytes: Uint8Array }
  | { readonly kind: 'written' }
  | { readonly kind: 'exception'; readonly code: number };

/** What cannot be an answer, and why. */
export interface Broken {
  readonly kind: 'broken';
  readonly because: string;
}

/** Most that one request may carry [6.1, 6.3, 6.11, 6.12]. */
export const limits = { readBits: 2000, readRegisters: 125, writeBits: 1968, writeRegisters: 123 } as const;

/** Exception codes [7]. */
export const exceptions: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledged, still working',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target device failed to respond',
};

/** The PDU of a request [4.1, 6]. The caller keeps to `limits` and to 16-bit addresses. */
export function formatRequest(request: ModbusRequest): Uint8Array {
  switch (request.fn) {
    case 1:
    case 2:
    case 3:
    case 4:
      return Uint8Array.of(request.fn, ...word(request.address), ...word(request.count));
    case 5:
      return Uint8Array.of(5, ...word(request.address), request.on ? 0xff : 0, 0);
    case 6:
      return Uint8Array.of(6, ...word(request.address), ...word(request.value));
    case 15: {
      const bytes = packBits(request.bits);
      return Uint8Array.of(15, ...word(request.address), ...word(request.bits.length), bytes.length, ...bytes);
    }
    case 16: {
      const { registers } = request;
      return Uint8Array.of(16, ...word(request.address), ...word(registers.length / 2), registers.length, ...registers);
    }
  }
}

/** A request from its PDU, or the exception code that it deserves: 1 function, 2 address, 3 value [6, 7]. */
export function parseRequest(pdu: Uint8Array): ModbusRequest | { readonly exception: number } {
  const fn = pdu[0] as number;
  if (pdu.length === 0 || !functions.has(fn)) return { exception: 1 };
  if (pdu.length < 5) return { exception: 3 };
  const address = wordAt(pdu, 1);
  const second = wordAt(pdu, 3);
  switch (fn) {
    case 1:
    case 2:
    case 3:
    case 4: {
      const most = fn < 3 ? limits.readBits : limits.readRegisters;
      if (pdu.length !== 5 || second < 1 || second > most) return { exception: 3 };
      if (address + second > 0x10000) return { exception: 2 };
      return { fn, address, count: second };
    }
    case 5:
      if (pdu.length !== 5 || (second !== 0 && second !== 0xff00)) return { exception: 3 };
      return { fn, address, on: second === 0xff00 };
    case 6:
      return pdu.length === 5 ? { fn, address, value: second } : { exception: 3 };
    case 15: {
      const right = second >= 1 && second <= limits.writeBits && pdu.length === 6 + pdu[5]!;
      if (!right || pdu[5] !== Math.ceil(second / 8)) return { exception: 3 };
      if (address + second > 0x10000) return { exception: 2 };
      return { fn, address, bits: Array.from({ length: second }, (_, at) => bitAt(pdu.subarray(6), at)) };
    }
    default: {
      const right = second >= 1 && second <= limits.writeRegisters && pdu.length === 6 + pdu[5]!;
      if (!right || pdu[5] !== second * 2) return { exception: 3 };
      if (address + second > 0x10000) return { exception: 2 };
      return { fn: 16, address, registers: pdu.slice(6) };
    }
  }
}

/** The PDU of an answer to a request [6, 7]. */
export function formatAnswer(request: ModbusRequest, answer: ModbusAnswer): Uint8Array {
  switch (answer.kind) {
    case 'bits':
    case 'registers':
      return Uint8Array.of(request.fn, answer.bytes.length, ...answer.bytes);
    case 'exception':
      return formatException(request.fn, answer.code);
    case 'written':
      // FC 5 and 6 echo the request, 15 and 16 its address and quantity [6.5, 6.6, 6.11, 6.12]: its first five bytes.
      return formatRequest(request).slice(0, 5);
  }
}

/** The function code with its highest bit set, and the exception code [7]. */
export function formatException(fn: number, code: number): Uint8Array {
  return Uint8Array.of((fn | 0x80) & 0xff, code);
}

/** What a PDU says as the answer to a request. The bytes of the answer are a view of the PDU. */
export function parseAnswer(request: ModbusRequest, pdu: Uint8Array): ModbusAnswer | Broken {
  if (pdu.length < 2) return broken('an answer of less than two bytes');
  const fn = pdu[0] as number;
  if (fn === (request.fn | 0x80)) {
    return pdu.length === 2
      ? { kind: 'exception', code: pdu[1] as number }
      : broken('an exception of the wrong length');
  }
  if (fn !== request.fn) return broken(`an answer to function ${fn} where ${request.fn} was asked`);
  if (request.fn <= 4) {
    const { count } = request as { count: number };
    const bytes = request.fn < 3 ? Math.ceil(count / 8) : count * 2;
    if (pdu[1] !== bytes || pdu.length !== bytes + 2)
      return broken(`${pdu.length - 2} bytes where ${bytes} were asked`);
    return { kind: request.fn < 3 ? 'bits' : 'registers', bytes: pdu.subarray(2) };
  }
  const expected = formatRequest(request).subarray(0, 5);
  if (pdu.length !== 5 || expected.some((byte, at) => byte !== pdu[at])) {
    return broken('an echo that differs from the request');
  }
  return { kind: 'written' };
}

/** Bit `at` of bytes whose first bit is the lowest of the first byte [6.1]. */
export function bitAt(bytes: Uint8Array, at: number): boolean {
  return (((bytes[at >> 3] as number) >> (at & 7)) & 1) === 1;
}

/** The inverse of `bitAt`; unused bits of the last byte are 0. */
export function packBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => {
    if (bit) bytes[at >> 3]! |= 1 << (at & 7);
  });
  return bytes;
}

const functions: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 15, 16]);

function word(value: number): [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function broken(because: string): Broken {
  return { kind: 'broken', because };
}
