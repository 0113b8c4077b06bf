import assert from 'node:assert/strict';
import type { Random } from '../../system/random.ts';
import { formatAnswer, formatRequest, type ModbusRequest, parseAnswer, parseRequest } from './modbus-codec.ts';
import { createFrameReader, formatFrame } from './modbus-frames.ts';

/** One frame may wait in a reader, not more: 7 bytes of header and 253 of PDU. */
const HELD_MAX = 260;

const requests: readonly ModbusRequest[] = [
  { fn: 1, address: 3, count: 17 },
  { fn: 2, address: 0, count: 2000 },
  { fn: 3, address: 40_000, count: 125 },
  { fn: 4, address: 65_535, count: 1 },
  { fn: 5, address: 9, on: true },
  { fn: 6, address: 1, value: 0xffff },
  { fn: 15, address: 2, bits: [true, false, true] },
  { fn: 16, address: 7, registers: new Uint8Array(246) },
];

/**
 * Mutates frames, cuts them anywhere, and pushes them through reader and parsers, `rounds` times. Nothing throws, a
 * reader holds at most one frame, and what is parsed keeps the limits.
 */
export function fuzzModbus(random: Random, rounds: number): { frames: number; broken: number; streams: number } {
  const below = (n: number) => Math.floor(random.number() * n);
  const seen = { frames: 0, broken: 0, streams: 0 };
  let reader = createFrameReader();
  for (let round = 0; round < rounds; round++) {
    const request = requests[below(requests.length)] as ModbusRequest;
    const pdu = below(2) === 0 ? formatRequest(request) : formatAnswer(request, answerTo(request, random));
    const frame = mutate(formatFrame(below(0x10000), below(256), pdu), random, below);
    const cut = below(frame.length + 1);
    for (const chunk of [frame.subarray(0, cut), frame.subarray(cut)]) {
      const problem = reader.push(chunk, ({ pdu: found }) => {
        seen.frames++;
        assert.ok(found.length >= 1 && found.length <= 253);
        const parsed = parseRequest(found);
        if ('count' in parsed) assert.ok(parsed.count >= 1 && parsed.count <= 2000);
        if (parseAnswer(request, found).kind === 'broken') seen.broken++;
      });
      assert.ok(reader.held <= HELD_MAX, `${reader.held} bytes are held`);
      if (problem !== undefined) {
        seen.streams++;
        reader = createFrameReader();
      }
    }
  }
  return seen;
}

function answerTo(request: ModbusRequest, random: Random): Parameters<typeof formatAnswer>[1] {
  if (request.fn <= 2 && 'count' in request) return { kind: 'bits', bytes: random.bytes(Math.ceil(request.count / 8)) };
  if ('count' in request) return { kind: 'registers', bytes: random.bytes(request.count * 2) };
  return random.number() < 0.5 ? { kind: 'written' } : { kind: 'exception', code: 4 };
}

function mutate(frame: Uint8Array, random: Random, below: (n: number) => number): Uint8Array {
  const bytes = [...frame];
  for (let changes = below(4); changes > 0; changes--) {
    const at = below(bytes.length);
    if (below(3) === 0) bytes.splice(at, 1 + below(8));
    else if (below(2) === 0) bytes.splice(at, 0, ...random.bytes(1 + below(8)));
    else bytes[at] = below(256);
    if (bytes.length === 0) break;
  }
  return Uint8Array.from(bytes);
}
