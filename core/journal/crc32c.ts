/** Reflected Castagnoli polynomial (RFC 3720 appendix B.4). */
const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;

/** Tables for eight bytes at a time ("slicing by 8", Kounavis and Berry 2005): `tables[256 * k + b]`. */
const tables = makeTables();

/** CRC-32C of `bytes` from `from` to before `to`, continuing `before`, the CRC of what came earlier. */
export function crc32c(bytes: Uint8Array, from = 0, to: number = bytes.length, before = 0): number {
  let crc = ~before;
  let at = from;
  for (; at + SLICES <= to; at += SLICES) {
    const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    crc =
      tables[1792 + (low & 0xff)]! ^
      tables[1536 + ((low >>> 8) & 0xff)]! ^
      tables[1280 + ((low >>> 16) & 0xff)]! ^
      tables[1024 + (low >>> 24)]! ^
      tables[768 + bytes[at + 4]!]! ^
      tables[512 + bytes[at + 5]!]! ^
      tables[256 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

function makeTables(): Int32Array {
  const made = new Int32Array(256 * SLICES);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const before = made[index - 256]!;
    made[index] = (before >>> 8) ^ made[before & 0xff]!;
  }
  return made;
}
