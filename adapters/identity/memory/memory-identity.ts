import { createHash, timingSafeEqual } from 'node:crypto';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Clock } from '../../system/clock.ts';
import type { Random } from '../../system/random.ts';
import { type Identity, type Person, SESSION_DAYS } from '../port.ts';

const DAY_MS = 86_400_000;
const COOKIE = 'orla.session_token';

/** People in memory, for simulations and demonstrations: quick hashes, so never for passwords that matter. */
export function memoryIdentity(ports: { clock: Clock; random: Random }): Identity {
  const people = new Map<string, { person: Person; hash: Buffer }>();
  const sessions = new Map<string, { email: string; until: number }>();

  const cookieOf = (value: string, seconds: number) =>
    `${COOKIE}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict`;

  return {
    empty: async () => people.size === 0,
    create: async (person, password) => {
      const email = person.email.toLowerCase();
      if (people.has(email)) throw addressInUse(person.email);
      people.set(email, { person: { ...person, email }, hash: hashOf(password) });
    },
    signIn: async (address, password) => {
      const email = address.toLowerCase();
      const known = people.get(email);
      const same = timingSafeEqual(known?.hash ?? hashOf(''), hashOf(password));
      if (known === undefined || !same) throw wrongPassword();
      const session = ports.random.id();
      sessions.set(session, { email, until: ports.clock.now() + SESSION_DAYS * DAY_MS });
      return { person: known.person, setCookie: [cookieOf(session, SESSION_DAYS * 86_400)] };
    },
    signOut: async (cookie) => {
      sessions.delete(sessionIn(cookie));
      return [cookieOf('', 0)];
    },
    authenticate: async (cookie) => {
      const session = sessions.get(sessionIn(cookie));
      if (session === undefined || session.until <= ports.clock.now()) return undefined;
      return people.get(session.email)?.person;
    },
    close: async () => {},
  };
}

/** What every identity says when an address has an account already. */
export function addressInUse(email: string): EdgeError {
  return new EdgeError('in-use', `${email} has an account already.`, {
    where: 'email',
    hint: 'Sign in, or use another address.',
  });
}

/** What every identity says, whatever was wrong, so that nobody learns which addresses exist. */
export function wrongPassword(): EdgeError {
  return new EdgeError('unauthenticated', 'Address and password do not belong together.', {
    hint: 'Check both, and try again.',
  });
}

function sessionIn(cookie: string): string {
  return new RegExp(`(?:^|; *)${COOKIE}=([^;]*)`).exec(cookie)?.[1] ?? '';
}

function hashOf(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}
