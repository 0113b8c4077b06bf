import { crc32c } from './crc32c.ts';
import type { Entry } from './entry.ts';
import { decodeEntries, encodeEntries, entriesBytes } from './entry-codec.ts';

/**
 * A frame is what a log gains or does not gain as a whole: 20 bytes of header, then entries.
 *
 *     0  u32  F5 4F 4A, then the version of the form: F5 is not UTF-8, so no payload contains it
 *     4  u32  bytes of the entries, at most FRAME_BODY_BYTES_MAX
 *     8  u32  number of the segment that it belongs to
 *    12  u32  bytes of the segment that had survived a sync when this frame was written
 *    16  u32  CRC-32C of bytes 4 to 15 and of the entries
 *    20       entries
 */
export const FRAME_HEADER_BYTES = 20;
/** Larger frames are neither written nor believed. */
export const FRAME_BODY_BYTES_MAX = 32 * 1024 * 1024;
/** The form of the log that this code reads and writes. */
export const LOG_VERSION = 1;
const MAGIC = 0x4a4ff5;
/** The first byte of the magic number, as it stands in the file. */
export const MAGIC_FIRST_BYTE = MAGIC & 0xff;

export interface Frame {
  /** Where it begins in the segment. */
  readonly offset: number;
  readonly bytes: number;
  readonly syncedTo: number;
  readonly entries: readonly Entry[];
}

/** The frame of these entries, ready to be appended to `segment`. */
export function encodeFrame(entries: readonly Entry[], segment: number, syncedTo: number): Uint8Array {
  const length = entriesBytes(entries);
  if (length > FRAME_BODY_BYTES_MAX) throw new RangeError(`a frame of ${length} bytes is longer than any may be`);
  const frame = new Uint8Array(FRAME_HEADER_BYTES + length);
  encodeEntries(entries, frame, FRAME_HEADER_BYTES);
  const view = new DataView(frame.buffer);
  view.setUint32(0, MAGIC | (LOG_VERSION << 24), true);
  view.setUint32(4, length, true);
  view.setUint32(8, segment, true);
  view.setUint32(12, syncedTo, true);
  view.setUint32(16, checksum(frame, 0, length), true);
  return frame;
}

/** The version of the form in which a frame at `offset` is written; `undefined` when none begins there. */
export function frameVersion(bytes: Uint8Array, offset: number): number | undefined {
  if (offset + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const first = new DataView(bytes.buffer, bytes.byteOffset + offset, FRAME_HEADER_BYTES).getUint32(0, true);
  return (first & 0xffffff) === MAGIC ? first >>> 24 : undefined;
}

/** Bytes of the frame that its header at `offset` announces; `undefined` when no frame of `segment` can begin there. */
export function announcedBytes(bytes: Uint8Array, offset: number, segment: number): number | undefined {
  if (frameVersion(bytes, offset) !== LOG_VERSION) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, FRAME_HEADER_BYTES);
  if (view.getUint32(8, true) !== segment) return undefined;
  const length = view.getUint32(4, true);
  return length > FRAME_BODY_BYTES_MAX ? undefined : FRAME_HEADER_BYTES + length;
}

/** The whole and undamaged frame at `offset` of `bytes`; `base` is where `bytes` begin in the segment. */
export function decodeFrame(bytes: Uint8Array, offset: number, segment: number, base = 0): Frame | undefined {
  const size = announcedBytes(bytes, offset, segment);
  if (size === undefined || offset + size > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, FRAME_HEADER_BYTES);
  if (view.getUint32(16, true) !== checksum(bytes, offset, size - FRAME_HEADER_BYTES)) return undefined;
  const entries = decodeEntries(bytes.subarray(offset + FRAME_HEADER_BYTES, offset + size));
  if (entries === undefined) return undefined;
  return { offset: base + offset, bytes: size, syncedTo: view.getUint32(12, true), entries };
}

function checksum(bytes: Uint8Array, offset: number, length: number): number {
  const body = offset + FRAME_HEADER_BYTES;
  return crc32c(bytes, body, body + length, crc32c(bytes, offset + 4, offset + 16));
}
