import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../system/random.ts';
import { createFrameReader, formatFrame } from './modbus-frames.ts';
import { fuzzModbus } from './modbus-fuzz.ts';

test('frames are the same however the stream is cut', () => {
  const frame = fc.record(
    {
      transaction: fc.integer({ min: 0, max: 0xffff }),
      unit: fc.integer({ min: 0, max: 255 }),
      pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 300 })), (frames, cuts) => {
      const stream = Buffer.concat(frames.map(({ transaction, unit, pdu }) => formatFrame(transaction, unit, pdu)));
      const reader = createFrameReader();
      const found: unknown[] = [];
      for (let from = 0, cut = 0; from < stream.length; cut++) {
        const to = from + (cuts[cut % Math.max(1, cuts.length)] ?? stream.length);
        assert.equal(
          reader.push(stream.subarray(from, to), ({ transaction, unit, pdu }) =>
            found.push({ transaction, unit, pdu: Uint8Array.from(pdu) }),
          ),
          undefined,
        );
        from = to;
      }
      assert.deepEqual(found, frames);
      assert.equal(reader.held, 0);
    }),
  );
});

const nothing = () => assert.fail('a frame came of it');

test('a stream that is no Modbus is broken for good, and says why', () => {
  for (const [stream, because] of [
    ['GET / HTTP/1.1\r\n', /protocol identifier/],
    ['\0\0\0\0\0\x01\x01', /length of 1/],
    ['\0\0\0\0\x01\x00\x01', /length of 256/],
  ] as const) {
    const reader = createFrameReader();
    assert.match(reader.push(Buffer.from(stream, 'latin1'), nothing) ?? '', because);
    assert.match(reader.push(formatFrame(1, 1, Uint8Array.of(3, 0)), nothing) ?? '', because);
    assert.equal(reader.held, 0);
  }
});

test('2,000 mutated frames: nothing throws, nothing grows', () => {
  const seen = fuzzModbus(seededRandom('modbus fuzz'), 2_000);
  assert.ok(seen.frames > 200 && seen.broken > 100 && seen.streams > 100, JSON.stringify(seen));
});
