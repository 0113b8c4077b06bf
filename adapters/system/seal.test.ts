import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSealingKey, generateSigningKey } from './keys.ts';
import { seededRandom, systemRandom } from './random.ts';
import { openSealed, seal } from './seal.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

test('RFC 9180 appendix A.1.1: the published message opens', async () => {
  const privateKey = Buffer.from(fromHex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8')).toString(
    'base64url',
  );
  const sealed = Buffer.from(
    fromHex(
      '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431' +
        'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
    ),
  ).toString('base64url');
  const info = fromHex('4f6465206f6e2061204772656369616e2055726e');
  const opened = await openSealed(privateKey, sealed, { info, associated: bytes('Count-0') });
  assert.equal(Buffer.from(opened).toString(), 'Beauty is truth, truth beauty');
});

test('a sealed secret opens with the key and the binding that it was sealed to, and with nothing else', async () => {
  const key = generateSealingKey(systemRandom());
  const other = generateSealingKey(seededRandom(9));
  const binding = { info: bytes('secret plc-password of node pi-1') };
  const sealed = await seal(key.publicKey, bytes('hunter2'), binding);
  assert.match(sealed, /^[A-Za-z0-9_-]+$/);
  assert.equal(Buffer.from(await openSealed(key.privateKey, sealed, binding)).toString(), 'hunter2');
  const refused = (promise: Promise<unknown>) => assert.rejects(promise, { code: 'corrupt' });
  await refused(openSealed(other.privateKey, sealed, binding));
  await refused(openSealed(key.privateKey, sealed, { info: bytes('secret plc-password of node pi-2') }));
  await refused(openSealed(key.privateKey, sealed, { ...binding, associated: bytes('x') }));
  const flipped = Buffer.from(sealed, 'base64url');
  flipped[flipped.length - 1]! ^= 1;
  await refused(openSealed(key.privateKey, flipped.toString('base64url'), binding));
  await refused(openSealed(key.privateKey, 'short', binding));
  await refused(openSealed('short', sealed, binding));
  await refused(seal('short', bytes('x'), binding));
});

test('the same secret sealed twice looks different, and an empty one is allowed', async () => {
  const key = generateSealingKey(systemRandom());
  const binding = { info: bytes('') };
  assert.notEqual(await seal(key.publicKey, bytes('same'), binding), await seal(key.publicKey, bytes('same'), binding));
  const empty = await seal(key.publicKey, new Uint8Array(), binding);
  assert.equal((await openSealed(key.privateKey, empty, binding)).length, 0);
  assert.notEqual(generateSigningKey(seededRandom(1)).publicKey, generateSealingKey(seededRandom(1)).publicKey);
});
