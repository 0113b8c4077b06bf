import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../../contracts/canonical-json.ts';

/** SHA-256 (FIPS 180-4) of text as UTF-8, in lower-case hexadecimal. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** SHA-256 of the canonical JSON of a value: equal values, and only they, have equal digests. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
