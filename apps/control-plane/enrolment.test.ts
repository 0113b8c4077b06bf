import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSigningKey, sign } from '../../adapters/system/keys.ts';
import type { EnrolRequest } from '../../contracts/link.ts';
import { enrolProofText } from '../../core/trust/signed-texts.ts';
import { aControlPlane, aSite, type Rig } from './control-plane-rig.ts';

async function aRig() {
  const rig = await aControlPlane();
  await rig.apply(aSite(), aSite('colorado'));
  return rig;
}
const token = async (rig: Rig, over: Record<string, unknown> = {}) =>
  rig.call('makeEnrolment', { body: { site: 'piedmont', ...over } });

function request(
  rig: Rig,
  word: string,
  over: Partial<EnrolRequest> = {},
  keys = generateSigningKey(rig.random),
): EnrolRequest {
  const asked = { token: word, publicKey: keys.publicKey, sealingKey: 'AAAA', ...over };
  return { ...asked, proof: over.proof ?? sign(keys.privateKey, Buffer.from(enrolProofText(asked))) };
}

test('the line names the address, the token and the root key; the token itself is kept nowhere', async () => {
  const rig = await aRig();
  const made = await token(rig, { labels: { rack: '2' }, variables: { plc: '10.0.0.9' } });
  assert.equal(made.line, `./orla agent --join http://centre --token ${made.token} --root ${made.rootKeyId}`);
  const everything = JSON.stringify(await rig.database.store.changes({ limit: 100 }));
  assert.ok(!everything.includes(made.token));
  const answer = await rig.centre.enrol(request(rig, made.token));
  assert.deepEqual([answer.node, answer.site, answer.trust.length], ['piedmont-1', 'piedmont', 1]);
  const node = await rig.call('getResource', { params: { kind: 'Node', name: 'piedmont-1' } });
  assert.deepEqual([node.labels, node.spec['variables']], [{ rack: '2' }, { plc: '10.0.0.9' }]);
});

test('a token counts, expires, and is refused in the same words whatever is wrong with it', async () => {
  const rig = await aRig();
  const one = await token(rig);
  await rig.centre.enrol(request(rig, one.token));
  const late = await token(rig, { hours: 1 });
  await rig.clock.advance(3_600_000);
  const said = new Set<string>();
  for (const word of [one.token, late.token, 'enrol_nothing']) {
    await assert.rejects(
      rig.centre.enrol(request(rig, word)),
      (error: Error & { code: string }) => said.add(error.message) && error.code === 'token-spent',
    );
  }
  assert.equal(said.size, 1);
  await assert.rejects(token(rig, { site: 'piedmnt' }), { code: 'not-found', hint: 'Did you mean "piedmont"?' });
});

test('the same key with the same token gets the same answer again, and nothing is counted', async () => {
  const rig = await aRig();
  const { token: word } = await token(rig);
  const asked = request(rig, word);
  const first = await rig.centre.enrol(asked);
  assert.deepEqual(await rig.centre.enrol(asked), first);
  await rig.crash();
  assert.deepEqual(await rig.centre.enrol(asked), first);
  assert.equal((await rig.call('nodes')).items.length, 1);
});

test('many at once with a counted token: exactly so many get in, each with its own name', async () => {
  const rig = await aRig();
  const { token: word } = await token(rig, { uses: 5 });
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => rig.centre.enrol(request(rig, word))));
  const names = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.node] : []));
  assert.deepEqual(
    names.sort(),
    [1, 2, 3, 4, 5].map((number) => `piedmont-${number}`),
  );
});

test('a proof by another key, or over another token or name, is refused', async () => {
  const rig = await aRig();
  const { token: word } = await token(rig, { uses: 9 });
  const other = generateSigningKey(rig.random);
  const good = request(rig, word);
  for (const wrong of [{ publicKey: other.publicKey }, { node: 'x' }, { sealingKey: 'BBBB' }, { proof: 'AAAA' }]) {
    await assert.rejects(rig.centre.enrol({ ...good, ...wrong }), { code: 'forbidden' }, JSON.stringify(wrong));
  }
  assert.equal((await rig.call('nodes')).items.length, 0);
});

test('a name that is taken, a name that the token does not admit, and a key of another site are refused', async () => {
  const rig = await aRig();
  const named = await token(rig, { node: 'roof' });
  await assert.rejects(rig.centre.enrol(request(rig, named.token, { node: 'cellar' })), { code: 'forbidden' });
  const keys = generateSigningKey(rig.random);
  assert.equal((await rig.centre.enrol(request(rig, named.token, {}, keys))).node, 'roof');
  const open = await token(rig, { uses: 5 });
  await assert.rejects(rig.centre.enrol(request(rig, open.token, { node: 'roof' })), { code: 'in-use', where: 'node' });
  const elsewhere = await token(rig, { site: 'colorado' });
  await assert.rejects(rig.centre.enrol(request(rig, elsewhere.token, {}, keys)), { code: 'in-use' });
  await assert.rejects(token(rig, { node: 'x', uses: 2 }), { code: 'bad-request' });
});
