import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame } from './frame.ts';
import { scanSegment } from './scan-segment.ts';

const SEGMENT = 5;

/** Frames one after the other; a sync after each whose index is in `syncedAfter`. */
function segmentOf(count: number, syncedAfter: readonly number[]): { bytes: Uint8Array; offsets: number[] } {
  const offsets: number[] = [];
  const parts: Uint8Array[] = [];
  let end = 0;
  let syncedTo = 0;
  for (let i = 0; i < count; i++) {
    const frame = encodeFrame([{ type: 'checkpoint', payload: new Uint8Array(20 + i).fill(i) }], SEGMENT, syncedTo);
    offsets.push(end);
    parts.push(frame);
    end += frame.length;
    if (syncedAfter.includes(i)) syncedTo = end;
  }
  const bytes = new Uint8Array(end);
  for (const [i, part] of parts.entries()) bytes.set(part, offsets[i]);
  return { bytes, offsets: [...offsets, end] };
}

function read(bytes: Uint8Array, knownBytes?: number) {
  const scanned = scanSegment(bytes, SEGMENT, knownBytes);
  const frames = scanned.frames.map(({ entries }) =>
    entries[0]?.type === 'checkpoint' ? entries[0].payload[0] : undefined,
  );
  return { ...scanned, frames };
}

test('a whole segment is read whole, and says up to where it was synced', () => {
  const { bytes, offsets } = segmentOf(4, [0, 2]);
  const expected = { frames: [0, 1, 2, 3], provedBytes: offsets[3], validBytes: bytes.length, damagedBytes: 0 };
  assert.deepEqual(read(bytes), expected);
  assert.deepEqual(read(new Uint8Array()), { frames: [], provedBytes: 0, validBytes: 0, damagedBytes: 0 });
});

test('wherever the last write was cut, everything before it stays and nothing behind it counts', () => {
  const { bytes, offsets } = segmentOf(4, [0, 1]);
  for (let cut = offsets[2]!; cut < bytes.length; cut++) {
    const whole = offsets.filter((offset) => offset > 0 && offset <= cut).length;
    const expected = { frames: [0, 1, 2, 3].slice(0, whole), validBytes: offsets[whole], damagedBytes: 0 };
    const { provedBytes: _, ...found } = read(bytes.subarray(0, cut));
    assert.deepEqual(found, expected, `cut at ${cut}`);
  }
});

test('of an unsynced write whose first part did not reach the disk, the last part does not count either', () => {
  const { bytes, offsets } = segmentOf(4, [0]);
  bytes.fill(0, offsets[1]! + 5, offsets[2]!);
  // Frame 1 was written after the sync of frame 0, and so were 2 and 3, which still say so.
  assert.deepEqual(read(bytes), { frames: [0], provedBytes: offsets[1], validBytes: offsets[1], damagedBytes: 0 });
});

test('a broken frame that had been synced is damage; what follows it counts', () => {
  const { bytes, offsets } = segmentOf(5, [0, 1, 2, 3]);
  bytes[offsets[1]! + 30]! ^= 1;
  assert.deepEqual(read(bytes), {
    frames: [0, 2, 3, 4],
    provedBytes: offsets[4],
    validBytes: bytes.length,
    damagedBytes: offsets[2]! - offsets[1]!,
  });
});

test('with a recorded end, all before it must be there and nothing behind it counts', () => {
  const { bytes, offsets } = segmentOf(4, []);
  assert.deepEqual(read(bytes, offsets[2]).frames, [0, 1]);
  assert.equal(read(bytes, offsets[2]).damagedBytes, 0);
  const short = bytes.subarray(0, offsets[1]);
  assert.deepEqual(read(short, offsets[2]), {
    frames: [0],
    provedBytes: offsets[2],
    validBytes: offsets[1],
    damagedBytes: offsets[2]! - offsets[1]!,
  });
});

test('no change of bytes makes a frame that was not written, or an exception', () => {
  const { bytes } = segmentOf(6, [1, 3]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }), (changes) => {
      const changed = bytes.slice();
      for (const [at, value] of changes) changed[at] = value;
      const { frames } = read(changed);
      assert.deepEqual(
        frames,
        [...new Set(frames)].filter((frame) => [0, 1, 2, 3, 4, 5].includes(frame!)),
      );
    }),
    { numRuns: 500 },
  );
});
