import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { identityConformance } from '../conformance.ts';
import { betterAuthIdentity } from './better-auth-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'orla-identity-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const secret = 'only-for-these-tests-'.repeat(3);

identityConformance('better-auth', () => betterAuthIdentity({ path: ':memory:', secret, secureCookies: false }));

test('people and sessions outlive the process; passwords are hashed with scrypt; another secret ends sessions', async () => {
  const path = join(folder, 'people.db');
  const first = await betterAuthIdentity({ path, secret, secureCookies: true });
  await first.create({ name: 'A', email: 'a@example.com', role: 'operator' }, 'a long password');
  const { setCookie } = await first.signIn('a@example.com', 'a long password');
  assert.ok(setCookie.every((one) => /; *Secure/i.test(one)));
  await first.close();
  assert.equal(statSync(path).mode & 0o777, 0o600);

  const cookie = setCookie.map((one) => one.split(';')[0]).join('; ');
  const second = await betterAuthIdentity({ path, secret, secureCookies: true });
  assert.equal((await second.authenticate(cookie))?.role, 'operator');
  await second.close();
  const third = await betterAuthIdentity({ path, secret: `other ${secret}`, secureCookies: true });
  assert.equal(await third.authenticate(cookie), undefined);
  await third.close();

  const database = new DatabaseSync(path);
  const [account] = database.prepare('SELECT password FROM account').all() as { password: string }[];
  assert.match(account!.password, /^[0-9a-f]{32}:[0-9a-f]{128}$/);
  database.close();
});
