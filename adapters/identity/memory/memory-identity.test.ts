import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../../system/fake-clock.ts';
import { seededRandom } from '../../system/random.ts';
import { identityConformance } from '../conformance.ts';
import { SESSION_DAYS } from '../port.ts';
import { memoryIdentity } from './memory-identity.ts';

identityConformance('memory', async () => memoryIdentity({ clock: createFakeClock(0), random: seededRandom(1) }));

test('a session ends after its days', async () => {
  const clock = createFakeClock(0);
  const identity = memoryIdentity({ clock, random: seededRandom(1) });
  await identity.create({ name: 'A', email: 'a@example.com', role: 'viewer' }, 'p');
  const cookie = (await identity.signIn('a@example.com', 'p')).setCookie[0]!.split(';')[0]!;
  await clock.advance(SESSION_DAYS * 86_400_000 - 1);
  assert.ok(await identity.authenticate(cookie));
  await clock.advance(1);
  assert.equal(await identity.authenticate(cookie), undefined);
});
