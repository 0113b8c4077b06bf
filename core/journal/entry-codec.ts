import type { Dropped } from '../../contracts/records.ts';
import type { Entry, NumberRange } from './entry.ts';

const codes = { head: 1, records: 2, position: 3, dropped: 4, checkpoint: 5 } as const;
const reasons: readonly Dropped['because'][] = ['drop-oldest', 'downsample', 'expired', 'corrupt'];

/** Bytes that `encodeEntries` writes for these, exactly. */
export function entriesBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entryBytes(entry);
  return bytes;
}

function entryBytes(entry: Entry): number {
  switch (entry.type) {
    case 'head':
      return 1 + 1 + entry.incarnation.length + 4 + 8 * entry.closed.length;
    case 'records':
      return (
        1 + 1 + entry.stream.length + 8 + 8 + 4 + entry.payloads.reduce((sum, payload) => sum + 4 + payload.length, 0)
      );
    case 'position':
      return 1 + 1 + entry.stream.length + 4 * 8;
    case 'dropped':
      return 1 + 1 + entry.stream.length + 1 + 4 + rangesBytes(entry.ranges);
    case 'checkpoint':
      return 1 + 4 + entry.payload.length;
  }
}

/** Writes the entries to `target` from `from`, little-endian, one after the other; there must be room. */
export function encodeEntries(entries: readonly Entry[], target: Uint8Array, from: number): void {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  let at = from;
  const u8 = (value: number) => {
    target[at++] = value;
  };
  const u32 = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const f64 = (value: number) => {
    view.setFloat64(at, value, true);
    at += 8;
  };
  const name = (text: string) => {
    u8(text.length);
    for (let i = 0; i < text.length; i++) u8(text.charCodeAt(i));
  };
  const block = (payload: Uint8Array) => {
    u32(payload.length);
    target.set(payload, at);
    at += payload.length;
  };
  for (const entry of entries) {
    u8(codes[entry.type]);
    switch (entry.type) {
      case 'head':
        name(entry.incarnation);
        u32(entry.closed.length);
        for (const { segment, bytes } of entry.closed) {
          u32(segment);
          u32(bytes);
        }
        break;
      case 'records':
        name(entry.stream);
        f64(entry.first);
        f64(entry.at);
        u32(entry.payloads.length);
        for (const payload of entry.payloads) block(payload);
        break;
      case 'position':
        name(entry.stream);
        for (const value of [entry.published, entry.acknowledged, entry.dropped, entry.refused]) f64(value);
        break;
      case 'dropped':
        name(entry.stream);
        u8(reasons.indexOf(entry.because));
        u32(entry.ranges.length);
        at = writeRanges(entry.ranges, target, at);
        break;
      case 'checkpoint':
        block(entry.payload);
        break;
    }
  }
}

/** The entries in `bytes`; payloads share its memory. `undefined` when it is not such a list. */
export function decodeEntries(bytes: Uint8Array): Entry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const u8 = () => view.getUint8(at++);
  const u32 = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const f64 = () => {
    at += 8;
    return view.getFloat64(at - 8, true);
  };
  const name = () => String.fromCharCode(...take(u8()));
  const take = (length: number) => {
    if (at + length > bytes.length) throw new RangeError('it ends within an entry');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const many = <T>(count: number, read: () => T): T[] => {
    if (count > bytes.length) throw new RangeError('there are more elements than bytes');
    return Array.from({ length: count }, read);
  };
  const entries: Entry[] = [];
  try {
    while (at < bytes.length) {
      const code = u8();
      if (code === codes.head) {
        const incarnation = name();
        const closed = many(u32(), () => ({ segment: u32(), bytes: u32() }));
        entries.push({ type: 'head', incarnation, closed });
      } else if (code === codes.records) {
        const stream = name();
        const [first, time] = [f64(), f64()];
        const payloads = many(u32(), () => take(u32()));
        entries.push({ type: 'records', stream, first, at: time, payloads });
      } else if (code === codes.position) {
        const stream = name();
        const [published, acknowledged, dropped, refused] = [f64(), f64(), f64(), f64()];
        entries.push({ type: 'position', stream, published, acknowledged, dropped, refused });
      } else if (code === codes.dropped) {
        const stream = name();
        const because = reasons[u8()];
        const read = readRanges(bytes, at + 4, u32());
        if (because === undefined || read === undefined) return undefined;
        at = read.at;
        entries.push({ type: 'dropped', stream, because, ranges: read.ranges });
      } else if (code === codes.checkpoint) {
        entries.push({ type: 'checkpoint', payload: take(u32()) });
      } else return undefined;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return entries;
}

/** Ranges as distances from the one before and lengths, each a base-128 number (LEB128), so that a sieve stays small. */
function rangesBytes(ranges: readonly NumberRange[]): number {
  let bytes = 0;
  forDistances(ranges, (value) => {
    for (let left = value; ; left = Math.floor(left / 128)) {
      bytes += 1;
      if (left < 128) return;
    }
  });
  return bytes;
}

function writeRanges(ranges: readonly NumberRange[], target: Uint8Array, from: number): number {
  let at = from;
  forDistances(ranges, (value) => {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) target[at++] = (left % 128) | 128;
    target[at++] = left;
  });
  return at;
}

function readRanges(bytes: Uint8Array, from: number, count: number): { ranges: NumberRange[]; at: number } | undefined {
  let at = from;
  const read = () => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('it ends within a number');
  };
  const ranges: NumberRange[] = [];
  let last = 0;
  for (let i = 0; i < count; i++) {
    const first = last + read();
    last = first + read();
    ranges.push({ from: first, to: last });
  }
  return { ranges, at };
}

function forDistances(ranges: readonly NumberRange[], use: (value: number) => void): void {
  let last = 0;
  for (const { from, to } of ranges) {
    use(from - last);
    use(to - from);
    last = to;
  }
}
