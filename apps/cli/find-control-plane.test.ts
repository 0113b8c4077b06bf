import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findControlPlane, plainUrl } from './find-control-plane.ts';
import { loginsPath, readLogins, writeLogins } from './logins.ts';

function aPlace(t: TestContext) {
  const cwd = mkdtempSync(join(tmpdir(), 'orla-find-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  const started = (folder: string, url: string, atS: number) => {
    const path = join(cwd, '.orla', folder, 'local-access.json');
    mkdirSync(join(cwd, '.orla', folder), { recursive: true });
    writeFileSync(path, JSON.stringify({ url, token: `token of ${folder}`, rootKeyId: 'r' }));
    utimesSync(path, atS, atS);
  };
  return { cwd, home: join(cwd, 'home'), environment: {}, started };
}

test('flags win over the environment, that over a login, that over what was started here', (t) => {
  const place = aPlace(t);
  assert.throws(() => findControlPlane(place, {}), { code: 'not-found' });
  place.started('demo/control-plane', 'http://127.0.0.1:8080', 1000);
  assert.equal(findControlPlane(place, {}).token, 'token of demo/control-plane');
  writeLogins(place.home, { current: 'https://a.example', controlPlanes: { 'https://a.example': { token: 'login' } } });
  assert.deepEqual(findControlPlane(place, {}), { url: 'https://a.example', token: 'login', from: 'orla login' });
  const environment = { url: 'https://b.example/', token: 'environment' };
  assert.deepEqual(findControlPlane({ ...place, environment }, {}), {
    url: 'https://b.example',
    token: 'environment',
    from: 'ORLA_URL',
  });
  assert.deepEqual(findControlPlane({ ...place, environment }, { url: 'c.example', token: 'flag' }), {
    url: 'https://c.example',
    token: 'flag',
    from: '--url',
  });
});

test('of several started here the newest is taken', (t) => {
  const place = aPlace(t);
  place.started('control-plane', 'http://127.0.0.1:1', 2000);
  place.started('demo/control-plane', 'http://127.0.0.1:2', 1000);
  assert.equal(findControlPlane(place, {}).url, 'http://127.0.0.1:1');
});

test('a kept token never goes to another address', (t) => {
  const place = aPlace(t);
  writeLogins(place.home, {
    current: 'https://a.example',
    controlPlanes: { 'https://a.example': { token: 'secret' } },
  });
  assert.equal(findControlPlane(place, { url: 'https://evil.example' }).token, undefined);
  assert.equal(findControlPlane(place, { url: 'https://a.example/' }).token, 'secret');
});

test('half a file is as good as none', (t) => {
  const place = aPlace(t);
  place.started('demo', 'http://127.0.0.1:1', 1000);
  writeFileSync(join(place.cwd, '.orla', 'demo', 'local-access.json'), '{"url": "http');
  assert.throws(() => findControlPlane(place, {}), { code: 'not-found' });
});

test('logins are for their owner alone, and a broken file is said to be one', (t) => {
  const { home } = aPlace(t);
  assert.deepEqual(readLogins(home), { controlPlanes: {} });
  writeLogins(home, { current: 'x', controlPlanes: { x: { token: 't' } } });
  assert.equal(statSync(loginsPath(home)).mode & 0o777, 0o600);
  writeFileSync(loginsPath(home), 'nonsense');
  assert.throws(() => readLogins(home), { code: 'corrupt', where: loginsPath(home) });
});

test('addresses as people write them', () => {
  assert.equal(plainUrl('orla.example.org', 'x'), 'https://orla.example.org');
  assert.equal(plainUrl('127.0.0.1:8080', 'x'), 'http://127.0.0.1:8080');
  assert.equal(plainUrl('http://localhost:8080/', 'x'), 'http://localhost:8080');
  assert.throws(() => plainUrl('http://', 'x'), { code: 'bad-request' });
  assert.throws(() => plainUrl('http://user:word@x', 'x'), { code: 'bad-request' });
});
