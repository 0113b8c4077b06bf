import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign, verify as verifyBytes } from 'node:crypto';
import test from 'node:test';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { Signed, Trust } from '../../contracts/manifest.ts';
import { judgeManifest } from './judge-manifest.ts';
import { judgeTrust, type VerifySignature } from './judge-trust.ts';

interface Key {
  id: string;
  publicKey: string;
  privateKey: KeyObject;
}

function aKey(id: string): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { id, publicKey: publicKey.export({ format: 'jwk' }).x!, privateKey };
}

const verify: VerifySignature = (publicKey, payload, signature) => {
  const key = { key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' as const };
  return verifyBytes(null, Buffer.from(payload), key, Buffer.from(signature, 'base64url'));
};

function signed(value: unknown, ...keys: Key[]): Signed {
  const payload = canonicalJson(value);
  return {
    payload,
    signatures: keys.map((key) => ({
      keyId: key.id,
      signature: sign(null, Buffer.from(payload), key.privateKey).toString('base64url'),
    })),
  };
}

const role = (threshold: number, ...keys: Key[]) => ({
  keys: Object.fromEntries(keys.map((k) => [k.id, k.publicKey])),
  threshold,
});
const [rootA, rootB, rootC, online, other] = ['rootA', 'rootB', 'rootC', 'online', 'other'].map(aKey) as [
  Key,
  Key,
  Key,
  Key,
  Key,
];
const trust = (number: number, root: Trust['root'], manifest = role(1, online)): Trust => ({
  format: 1,
  number,
  issuedAt: 0,
  root,
  manifest,
});
const first = trust(1, role(1, rootA));
const judge = (candidate: Signed, current: Trust | null = first) =>
  judgeTrust(candidate, { current, pinnedRootKeyId: 'rootA' }, verify);
const refused = (outcome: { kind: string; because?: string }, because: RegExp) => {
  assert.equal(outcome.kind, 'refuse');
  assert.match(outcome.because!, because);
};

test('the first trust document must carry the pinned root key and its signature', () => {
  assert.equal(judge(signed(first, rootA), null).kind, 'accept');
  refused(judge(signed(trust(1, role(1, rootB)), rootB), null), /root key rootA of the enrolment is not in/);
  refused(judge(signed(first, other), null), /not enough root keys/);
  refused(judge(signed(trust(2, role(1, rootA)), rootA), null), /number 2, not 1/);
});

test('a rotation needs the old root and the new one', () => {
  const next = trust(2, role(1, rootB));
  assert.equal(judge(signed(next, rootA, rootB)).kind, 'accept');
  refused(judge(signed(next, rootB)), /present root keys/);
  refused(judge(signed(next, rootA)), /not enough root keys/);
});

test('a threshold counts different keys, not signatures', () => {
  const two = trust(2, role(2, rootB, rootC));
  refused(judge(signed(two, rootA, rootB, rootB)), /not enough root keys/);
  assert.equal(judge(signed(two, rootA, rootB, rootC)).kind, 'accept');
  const sameKeyTwice = trust(2, { keys: { x: rootB.publicKey, y: rootB.publicKey }, threshold: 2 });
  refused(judge(signed(sameKeyTwice, rootA, { ...rootB, id: 'x' }, { ...rootB, id: 'y' })), /not enough root keys/);
});

test('older, skipping and forked trust documents are refused', () => {
  const second = trust(2, role(1, rootA));
  refused(judge(signed(first, rootA), second), /older/);
  refused(judge(signed(trust(4, role(1, rootA)), rootA), second), /skips 3/);
  refused(judge(signed({ ...second, issuedAt: 9 }, rootA), second), /another trust document/);
  assert.equal(judge(signed(second, rootA), second).kind, 'same');
});

test('a manifest key cannot appoint another', () => {
  refused(judge(signed(trust(2, role(1, rootA), role(1, other)), online)), /not enough root keys/);
});

const manifest = (number: number, node = 'n1') => ({
  format: 1,
  node,
  number,
  issuedAt: 0,
  site: { name: 's', latitude: 0, longitude: 0, timeZone: 'UTC' },
  releases: {},
  workloads: [],
  streams: {},
  secrets: {},
});
const judgeIt = (candidate: Signed, kept: { number: number; sha256: string } | null = null, by = first) =>
  judgeManifest(candidate, { trust: by, node: 'n1', kept }, verify);

test('a manifest is accepted when a trusted key signed exactly these bytes for this node', () => {
  const outcome = judgeIt(signed(manifest(1), online));
  assert.equal(outcome.kind, 'accept');
});

test('unsigned, wrongly signed, changed, foreign, older and forked manifests are refused', () => {
  refused(judgeIt(signed(manifest(1))), /not signed/);
  refused(judgeIt(signed(manifest(1), other)), /no trusted key/);
  refused(judgeIt(signed(manifest(1), { ...other, id: 'online' })), /no trusted key/);
  const good = signed(manifest(1), online);
  refused(judgeIt({ ...good, payload: good.payload.replace('"number":1', '"number":2') }), /no trusted key/);
  refused(judgeIt(signed(manifest(1, 'n2'), online)), /for the node n2/);
  refused(judgeIt(signed(manifest(4), online), { number: 5, sha256: 'x' }), /older than 5/);
  refused(judgeIt(signed(manifest(5), online), { number: 5, sha256: 'x' }), /another manifest with the number 5/);
  refused(judgeIt(signed({ ...manifest(6), format: 2 }, online)), /cannot be read/);
});

test('the same manifest again is neither news nor an attack', () => {
  const good = signed(manifest(3), online);
  const outcome = judgeIt(good);
  assert.ok(outcome.kind === 'accept');
  assert.equal(judgeIt(good, { number: 3, sha256: outcome.sha256 }).kind, 'same');
});

test('a manifest that is signed but not canonical is refused', () => {
  const payload = JSON.stringify({ node: 'n1', format: 1 });
  const signature = sign(null, Buffer.from(payload), online.privateKey).toString('base64url');
  refused(judgeIt({ payload, signatures: [{ keyId: 'online', signature }] }), /cannot be read/);
});

test('after a rotation the old manifest key no longer counts', () => {
  const rotated = trust(2, role(1, rootA), role(1, other));
  refused(judgeIt(signed(manifest(1), online), null, rotated), /no trusted key/);
  assert.equal(judgeIt(signed(manifest(1), other), null, rotated).kind, 'accept');
});
