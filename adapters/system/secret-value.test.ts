import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSealingKey } from './keys.ts';
import { seededRandom } from './random.ts';
import { openSecret, sealSecret } from './secret-value.ts';

const keys = generateSealingKey(seededRandom('secret-value'));
const owner = { node: 'colorado-1', secret: 'mqtt-password' };

test('what is sealed to a node opens at that node only, under that name only', async () => {
  const sealed = await sealSecret(keys.publicKey, owner, 'grüße ☀');
  assert.equal(await openSecret(keys.privateKey, owner, sealed), 'grüße ☀');
  await assert.rejects(openSecret(keys.privateKey, { ...owner, node: 'colorado-2' }, sealed), { code: 'corrupt' });
  await assert.rejects(openSecret(keys.privateKey, { ...owner, secret: 'other' }, sealed), { code: 'corrupt' });
  const other = generateSealingKey(seededRandom('somebody else'));
  await assert.rejects(openSecret(other.privateKey, owner, sealed), { code: 'corrupt' });
});

test('the same value sealed twice looks different, and a shortened one is refused', async () => {
  const [one, two] = [await sealSecret(keys.publicKey, owner, 'x'), await sealSecret(keys.publicKey, owner, 'x')];
  assert.notEqual(one.ciphertext, two.ciphertext);
  await assert.rejects(openSecret(keys.privateKey, owner, { ...one, enc: one.enc.slice(0, 20) }), { code: 'corrupt' });
  await assert.rejects(openSecret(keys.privateKey, owner, { ...one, ciphertext: '' }), { code: 'corrupt' });
});
