import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Identity, Person } from './port.ts';

const ada: Person = { name: 'Ada', email: 'Ada@example.com', role: 'administrator' };
const kept: Person = { ...ada, email: 'ada@example.com' };
const password = 'a long enough password';

/** What every `Identity` promises; `make` gives an empty one. */
export function identityConformance(name: string, make: () => Promise<Identity>): void {
  const check = (what: string, body: (identity: Identity) => Promise<void>) =>
    test(`${name}: ${what}`, async () => {
      const identity = await make();
      try {
        await body(identity);
      } finally {
        await identity.close();
      }
    });
  const cookieOf = (setCookie: readonly string[]) => setCookie.map((one) => one.split(';')[0]).join('; ');

  check('is empty until somebody was created, and an address is taken once', async (identity) => {
    assert.equal(await identity.empty(), true);
    await identity.create(ada, password);
    assert.equal(await identity.empty(), false);
    await assert.rejects(identity.create({ ...ada, email: 'ADA@example.com' }, password), { code: 'in-use' });
  });

  check('signing in gives a cookie that says who it is, until signing out', async (identity) => {
    await identity.create(ada, password);
    const { person, setCookie } = await identity.signIn('ada@EXAMPLE.com', password);
    assert.deepEqual(person, kept);
    const cookie = cookieOf(setCookie);
    assert.deepEqual(await identity.authenticate(cookie), kept);
    assert.deepEqual(await identity.authenticate(`other=1; ${cookie}`), kept);
    const removal = await identity.signOut(cookie);
    assert.match(removal.join(), /Max-Age=0/i);
    assert.equal(await identity.authenticate(cookie), undefined);
    await identity.signOut(cookie);
  });

  check('the cookie is HttpOnly, SameSite=Strict and for the whole site', async (identity) => {
    await identity.create(ada, password);
    for (const cookie of (await identity.signIn(ada.email, password)).setCookie) {
      for (const attribute of [/; *HttpOnly/i, /; *SameSite=Strict/i, /; *Path=\/(;|$)/i])
        assert.match(cookie, attribute);
      assert.doesNotMatch(cookie, /Domain=/i);
    }
  });

  check('unknown address and wrong password are told apart by nothing', async (identity) => {
    await identity.create(ada, password);
    const failures: unknown[] = [];
    for (const [email, word] of [
      ['nobody@example.com', password],
      [ada.email, 'wrong password'],
      [ada.email, ''],
      ['no address', 'x'],
    ] as const) {
      await assert.rejects(identity.signIn(email, word), (error: Error & { code: string; hint: string }) => {
        failures.push([error.code, error.message, error.hint]);
        return error.code === 'unauthenticated';
      });
    }
    assert.equal(new Set(failures.map((one) => JSON.stringify(one))).size, 1);
  });

  check('cookies that nobody was given belong to nobody', async (identity) => {
    await identity.create(ada, password);
    const cookie = cookieOf((await identity.signIn(ada.email, password)).setCookie);
    for (const wrong of [
      '',
      'x',
      'orla.session_token=',
      `${cookie}x`,
      cookie.replace(/=(.)/, (_, c) => (c === 'a' ? '=b' : '=a')),
    ]) {
      assert.equal(await identity.authenticate(wrong), undefined, wrong);
    }
  });

  check('each person has their own role and sessions', async (identity) => {
    const bob: Person = { name: 'Bob', email: 'bob@example.com', role: 'viewer' };
    await identity.create(ada, password);
    await identity.create(bob, 'another long password');
    const [first, second] = [
      await identity.signIn(ada.email, password),
      await identity.signIn(bob.email, 'another long password'),
    ];
    await identity.signOut(cookieOf(first.setCookie));
    assert.deepEqual(await identity.authenticate(cookieOf(second.setCookie)), bob);
  });
}
