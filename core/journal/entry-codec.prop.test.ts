import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from './entry.ts';
import { decodeEntries, encodeEntries, entriesBytes } from './entry-codec.ts';

test('whatever the bytes, entries are read or refused, never an exception', () => {
  const plausible = fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 80 }))
    .map(([code, rest]) => Uint8Array.of(code, ...rest));
  fc.assert(
    fc.property(plausible, (bytes) => {
      const entries = decodeEntries(bytes);
      assert.ok(entries === undefined || Array.isArray(entries));
    }),
    { numRuns: 5000 },
  );
});

test('a cut list is refused, unless the cut is between two entries', () => {
  const entries: Entry[] = [
    { type: 'position', stream: 'a', published: 3, acknowledged: 2, dropped: 1, refused: 0 },
    { type: 'records', stream: 'a', first: 1, at: 5, payloads: [Uint8Array.of(1, 2), new Uint8Array()] },
    {
      type: 'dropped',
      stream: 'a',
      because: 'downsample',
      ranges: [
        { from: 1, to: 1 },
        { from: 300, to: 70_000 },
      ],
    },
  ];
  const bytes = new Uint8Array(entriesBytes(entries));
  encodeEntries(entries, bytes, 0);
  assert.deepEqual(decodeEntries(bytes), entries);
  const ends = [0, 1, 2].map((count) => entriesBytes(entries.slice(0, count)));
  for (let length = 0; length < bytes.length; length++) {
    const read = decodeEntries(bytes.subarray(0, length));
    if (ends.includes(length)) assert.deepEqual(read, entries.slice(0, ends.indexOf(length)));
    else assert.equal(read, undefined, `cut at ${length}`);
  }
});

test('thousands of numbers with gaps take about two bytes each', () => {
  const ranges = Array.from({ length: 10_000 }, (_, i) => ({ from: 1_000_000 + 2 * i, to: 1_000_000 + 2 * i }));
  assert.ok(entriesBytes([{ type: 'dropped', stream: 's', because: 'downsample', ranges }]) < 20_100);
});
