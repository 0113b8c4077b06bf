import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from './entry.ts';
import { announcedBytes, decodeFrame, encodeFrame, FRAME_HEADER_BYTES, frameVersion, LOG_VERSION } from './frame.ts';
import { numberRanges } from './number-ranges.ts';

const name = fc.stringMatching(/^[a-z0-9]{1,63}$/);
const number = fc.integer({ min: 1, max: 2 ** 53 - 1 });
const payload = fc.uint8Array({ maxLength: 60 });
const entry: fc.Arbitrary<Entry> = fc
  .oneof(
    fc.record({
      type: fc.constant('head' as const),
      incarnation: name,
      closed: fc.array(fc.record({ segment: fc.nat(), bytes: fc.nat() }), { maxLength: 5 }),
    }),
    fc.record({
      type: fc.constant('records' as const),
      stream: name,
      first: number,
      at: fc.integer(),
      payloads: fc.array(payload, { maxLength: 5 }),
    }),
    fc.record({
      type: fc.constant('position' as const),
      stream: name,
      published: number,
      acknowledged: number,
      dropped: number,
      refused: number,
    }),
    fc.record({
      type: fc.constant('dropped' as const),
      stream: name,
      because: fc.constantFrom('drop-oldest', 'downsample', 'expired', 'corrupt'),
      ranges: fc.uniqueArray(number, { maxLength: 20 }).map((numbers) => numberRanges(numbers.sort((a, b) => a - b))),
    }),
    fc.record({ type: fc.constant('checkpoint' as const), payload }),
  )
  .map((each) => structuredClone(each));
const segment = fc.nat(2 ** 32 - 1);

test('a frame reads back as it was written, wherever it stands', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), segment, segment, fc.nat(50), (entries, number, syncedTo, shift) => {
      const frame = encodeFrame(entries, number, syncedTo);
      const bytes = new Uint8Array(shift + frame.length + 7).fill(0xf5);
      bytes.set(frame, shift);
      const read = decodeFrame(bytes, shift, number, 1000);
      assert.deepEqual(read, { offset: 1000 + shift, bytes: frame.length, syncedTo, entries });
    }),
    { numRuns: 500 },
  );
});

test('a frame with any byte changed, cut short, or from another segment is none', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (entries, at, flip) => {
      const frame = encodeFrame(entries, 7, 99);
      assert.equal(decodeFrame(frame, 0, 8), undefined);
      assert.equal(decodeFrame(frame.subarray(0, at % frame.length), 0, 7), undefined);
      frame[at % frame.length]! ^= flip;
      assert.equal(decodeFrame(frame, 0, 7), undefined);
    }),
    { numRuns: 500 },
  );
});

test('any bytes behind a good checksum are read or refused, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
      // The payload of a checkpoint stands for a body that another program wrote: its entries are then read as a whole frame.
      const frame = encodeFrame([{ type: 'checkpoint', payload: junk }], 1, 0);
      assert.ok(decodeFrame(frame, 0, 1) !== undefined);
      for (let at = 0; at < frame.length; at++) decodeFrame(frame, at, 1);
    }),
  );
});

test('a header says how long the frame is and in which form it is written', () => {
  const frame = encodeFrame([], 3, 0);
  assert.equal(frame.length, FRAME_HEADER_BYTES);
  assert.equal(announcedBytes(frame, 0, 3), FRAME_HEADER_BYTES);
  assert.equal(announcedBytes(frame, 0, 4), undefined);
  assert.equal(frameVersion(frame, 0), LOG_VERSION);
  frame[3] = LOG_VERSION + 1;
  assert.equal(frameVersion(frame, 0), LOG_VERSION + 1);
  assert.equal(announcedBytes(frame, 0, 3), undefined);
  assert.equal(frameVersion(frame, 1), undefined);
  assert.equal(frame[0]! & 0xc0, 0xc0, 'the first byte begins no UTF-8 character');
});
