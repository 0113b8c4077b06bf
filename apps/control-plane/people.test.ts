import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import { aControlPlane, admin } from './control-plane-rig.ts';
import type { Principal } from './principal.ts';

const person = { name: 'Ada', email: 'Ada@example.com', password: 'long enough password' };

test('the first link makes one administrator, once; a newer start ends the older link', async () => {
  const rig = await aControlPlane();
  const old = await rig.centre.firstStartWord();
  const word = await rig.centre.firstStartWord();
  assert.equal((await rig.call('health')).firstStart, true);
  await assert.rejects(rig.call('firstAdministrator', { body: { ...person, word: old } }), { code: 'token-spent' });
  const made = await rig.call('firstAdministrator', { body: { ...person, word } });
  assert.deepEqual(made, { name: 'Ada', email: 'ada@example.com', role: 'administrator' });
  await assert.rejects(rig.call('firstAdministrator', { body: { ...person, email: 'b@example.com', word } }), {
    code: 'token-spent',
  });
  assert.equal(await rig.centre.firstStartWord(), undefined);
  assert.equal((await rig.call('health')).firstStart, false);
  const kept = JSON.stringify(await rig.database.store.listDocuments('first-start'));
  assert.ok(!kept.includes(word!));
});

test('the first link used by several at the same moment makes one administrator', async () => {
  const rig = await aControlPlane();
  const word = await rig.centre.firstStartWord();
  const asked = ['a', 'b', 'c'].map((name) =>
    rig.call('firstAdministrator', { body: { ...person, email: `${name}@example.com`, word } }),
  );
  const made = (await Promise.allSettled(asked)).filter((one) => one.status === 'fulfilled');
  assert.equal(made.length, 1);
  await assert.rejects(rig.identity.signIn('b@example.com', person.password), { code: 'unauthenticated' });
});

test('a first administrator who could not be made leaves the link good', async () => {
  const rig = await aControlPlane();
  const word = await rig.centre.firstStartWord();
  const create = rig.identity.create;
  rig.identity.create = () => Promise.reject(new EdgeError('disk-full', 'The disk is full.'));
  await assert.rejects(rig.call('firstAdministrator', { body: { ...person, word } }), { code: 'disk-full' });
  rig.identity.create = create;
  await rig.call('firstAdministrator', { body: { ...person, word } });
});

test('a token has at most the role of who makes it, opens the API until it expires or is deleted, and is kept as a hash', async () => {
  const rig = await aControlPlane();
  const operator: Principal = { kind: 'person', person: { name: 'O', email: 'o@example.com', role: 'operator' } };
  await assert.rejects(rig.call('makeApiToken', { principal: operator, body: { name: 'ci', role: 'administrator' } }), {
    code: 'forbidden',
  });
  const { token } = await rig.call('makeApiToken', {
    principal: operator,
    body: { name: 'ci', role: 'operator', days: 1 },
  });
  assert.deepEqual(await rig.centre.authenticate({ bearer: token }), {
    kind: 'token',
    name: 'ci',
    person: 'o@example.com',
    role: 'operator',
  });
  await assert.rejects(rig.call('makeApiToken', { body: { name: 'ci', role: 'viewer' } }), { code: 'in-use' });
  assert.ok(!JSON.stringify(await rig.database.store.changes({ limit: 9 })).includes(token));
  rig.clock.setWall(rig.clock.now() + 86_400_000);
  assert.deepEqual(await rig.centre.authenticate({ bearer: token }), { kind: 'nobody' });
  const second = await rig.call('makeApiToken', { principal: admin, body: { name: 'second', role: 'viewer' } });
  await rig.call('apply', { body: { delete: [{ kind: 'Token', name: 'second' }] } });
  assert.deepEqual(await rig.centre.authenticate({ bearer: second.token }), { kind: 'nobody' });
});

test('a token does not outlive itself by making another', async () => {
  const rig = await aControlPlane();
  const { token, expiresAt } = await rig.call('makeApiToken', { body: { name: 'ci', role: 'operator', days: 1 } });
  const principal = await rig.centre.authenticate({ bearer: token });
  const child = await rig.call('makeApiToken', { principal, body: { name: 'child', role: 'operator', days: 366 } });
  assert.equal(child.expiresAt, expiresAt);
});

test('an enrolment token opens no API, and an API token enrols nobody', async () => {
  const rig = await aControlPlane();
  await rig.apply({ kind: 'Site', name: 's', spec: { latitude: 0, longitude: 0 } });
  const { token } = await rig.call('makeEnrolment', { body: { site: 's' } });
  assert.deepEqual(await rig.centre.authenticate({ bearer: token }), { kind: 'nobody' });
});

test("this machine's token is kept while it is good, and made again when it is lost", async () => {
  const rig = await aControlPlane();
  const first = await rig.centre.localToken(undefined);
  assert.equal(await rig.centre.localToken(first), first);
  const second = await rig.centre.localToken('something else');
  assert.notEqual(second, first);
  assert.deepEqual(await rig.centre.authenticate({ bearer: first }), { kind: 'nobody' });
  assert.equal((await rig.centre.authenticate({ bearer: second })).kind, 'token');
  rig.clock.setWall(rig.clock.now() + 340 * 86_400_000);
  assert.notEqual(await rig.centre.localToken(second), second);
});

test('expired tokens and old records are removed', async () => {
  const rig = await aControlPlane({ recordsKeptMs: 86_400_000 });
  await rig.call('makeApiToken', { body: { name: 'short', role: 'viewer', days: 1 } });
  const record = {
    number: 1,
    at: 1,
    body: { kind: 'sample' as const, flow: 'f', step: 's', sourceTime: 1, values: {}, quality: 'good' as const },
  };
  await rig.database.records.append({
    node: 'n',
    stream: 's',
    incarnation: 'i',
    records: [record],
    dropped: [],
    at: rig.clock.now(),
  });
  rig.clock.setWall(rig.clock.now() + 9 * 86_400_000);
  await rig.clock.advance(61_000);
  assert.equal((await rig.call('listResources', { params: { kind: 'Token' } })).items.length, 0);
  assert.deepEqual((await rig.call('records', { params: { node: 'n', stream: 's' } })).items, []);
  assert.equal((await rig.call('streams')).items[0]?.upTo, 1);
});
