import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { EdgeError } from '../../contracts/errors.ts';
import type { Random } from './random.ts';

/** A pair of raw 32-byte keys, each as base64url without padding. Keep `privateKey` out of logs and messages. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** DER before the raw key, by curve (RFC 8410 sections 4 and 7): OID 1.3.101.112 is Ed25519, 1.3.101.110 is X25519. */
const derPrefix = {
  ed25519: { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
  x25519: { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
} as const;
type Curve = keyof typeof derPrefix;

/** A new Ed25519 key (RFC 8032): the private part is 32 bytes of `random`. */
export function generateSigningKey(random: Random): KeyPair {
  return pairFrom('ed25519', random.bytes(KEY_BYTES));
}

/** A new X25519 key (RFC 7748) that secrets can be sealed to. */
export function generateSealingKey(random: Random): KeyPair {
  return pairFrom('x25519', random.bytes(KEY_BYTES));
}

/** Ed25519 signature over `bytes`, base64url. The same key and bytes give the same signature. */
export function sign(privateKey: string, bytes: Uint8Array): string {
  return signBytes(null, bytes, privateKeyObject('ed25519', privateKey)).toString('base64url');
}

/** Whether `signature` was made over exactly `bytes` by the owner of `publicKey`. Malformed input is simply `false`. */
export function verify(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  const raw = rawBytes(signature, SIGNATURE_BYTES);
  if (raw === undefined || rawBytes(publicKey, KEY_BYTES) === undefined) return false;
  return verifyBytes(null, bytes, publicKeyObject('ed25519', publicKey), raw);
}

/** Short name of a public key: the first 128 bits of the SHA-256 of its raw bytes, in hexadecimal. */
export function keyId(publicKey: string): string {
  const raw = rawBytes(publicKey, KEY_BYTES);
  if (raw === undefined) throw malformed('public');
  return createHash('sha256').update(raw).digest('hex').slice(0, 32);
}

function pairFrom(curve: Curve, secret: Uint8Array): KeyPair {
  const privateKey = Buffer.from(secret).toString('base64url');
  const der = createPublicKey(privateKeyObject(curve, privateKey)).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: der.subarray(-KEY_BYTES).toString('base64url') };
}

function privateKeyObject(curve: Curve, privateKey: string): KeyObject {
  const raw = rawBytes(privateKey, KEY_BYTES);
  if (raw === undefined) throw malformed('private');
  const key = Buffer.concat([Buffer.from(derPrefix[curve].private, 'hex'), raw]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicKeyObject(curve: Curve, publicKey: string): KeyObject {
  const key = Buffer.concat([Buffer.from(derPrefix[curve].public, 'hex'), Buffer.from(publicKey, 'base64url')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** Only the one canonical spelling is taken, so that a key or a signature has exactly one text. */
function rawBytes(text: string, length: number): Buffer | undefined {
  const raw = Buffer.from(text, 'base64url');
  return raw.length === length && raw.toString('base64url') === text ? raw : undefined;
}

function malformed(which: 'public' | 'private'): EdgeError {
  return new EdgeError('corrupt', `The ${which} key is not 32 bytes in base64url.`);
}
