import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSealingKey, generateSigningKey, keyId, sign, verify } from './keys.ts';
import type { Random } from './random.ts';
import { seededRandom, systemRandom } from './random.ts';

const fixed = (hex: string): Random => ({ ...seededRandom(1), bytes: () => Uint8Array.from(Buffer.from(hex, 'hex')) });
const hexOf = (base64url: string) => Buffer.from(base64url, 'base64url').toString('hex');

test('RFC 8032 section 7.1, TEST 3', () => {
  const key = generateSigningKey(fixed('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7'));
  assert.equal(hexOf(key.publicKey), 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
  const signature = sign(key.privateKey, Uint8Array.of(0xaf, 0x82));
  assert.equal(
    hexOf(signature),
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
      '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  );
  assert.ok(verify(key.publicKey, Uint8Array.of(0xaf, 0x82), signature));
});

test('RFC 9180 appendix A.1.1: the X25519 key of the recipient', () => {
  const key = generateSealingKey(fixed('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'));
  assert.equal(hexOf(key.publicKey), '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d');
});

test('a signature holds for its key and its bytes only, and malformed input is refused without an error', () => {
  const random = systemRandom();
  const key = generateSigningKey(random);
  const other = generateSigningKey(random);
  const bytes = random.bytes(100);
  const signature = sign(key.privateKey, bytes);
  assert.ok(verify(key.publicKey, bytes, signature));
  assert.ok(!verify(other.publicKey, bytes, signature));
  assert.ok(!verify(key.publicKey, bytes.subarray(1), signature));
  for (const bad of ['', 'x', `${signature}=`, signature.slice(1), signature.replace(/.$/, '!')]) {
    assert.ok(!verify(key.publicKey, bytes, bad), bad);
    assert.ok(!verify(bad, bytes, signature), bad);
  }
});

test('a key has one short name; a malformed key is a clear error', () => {
  const key = generateSigningKey(systemRandom());
  assert.match(keyId(key.publicKey), /^[0-9a-f]{32}$/);
  assert.equal(keyId(key.publicKey), keyId(key.publicKey));
  assert.throws(() => keyId('short'), { code: 'corrupt' });
  assert.throws(() => sign('short', new Uint8Array()), { code: 'corrupt' });
});
