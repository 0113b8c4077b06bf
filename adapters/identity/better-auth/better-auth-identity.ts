import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { getMigrations } from 'better-auth/db/migration';
import { Role } from '../../../contracts/kinds/token.ts';
import { addressInUse, wrongPassword } from '../memory/memory-identity.ts';
import { type Identity, type Person, SESSION_DAYS } from '../port.ts';

export interface BetterAuthIdentityOptions {
  /** The SQLite file of people and sessions; `:memory:` for tests. */
  path: string;
  /** Signs the session cookies; at least 32 random bytes as text. Another secret ends every session. */
  secret: string;
  /** Whether the cookie is sent over TLS only. */
  secureCookies: boolean;
}

const SECONDS_PER_DAY = 86_400;

/**
 * People by better-auth: passwords hashed with scrypt, sessions in SQLite. Nobody can sign up over its own routes: only this
 * port makes accounts, and none of its HTTP routes is served.
 */
export async function betterAuthIdentity(given: BetterAuthIdentityOptions): Promise<Identity> {
  const database = openPeople(given.path);
  const options = optionsOf(given, database);
  await (await getMigrations(options)).runMigrations();
  const auth = betterAuth(options);
  const context = await auth.$context;

  const personOf = (user: { name: string; email: string; role?: unknown }): Person => ({
    name: user.name,
    email: user.email,
    role: Role.parse(user.role),
  });

  return {
    empty: async () => (await context.internalAdapter.countTotalUsers()) === 0,
    create: async (person, password) => {
      const email = person.email.toLowerCase();
      if ((await context.internalAdapter.findUserByEmail(email)) !== null) throw addressInUse(person.email);
      const hash = await context.password.hash(password);
      const made = { name: person.name, email, emailVerified: true, role: person.role };
      const user = await context.internalAdapter.createUser(made, { method: 'admin' });
      const account = { userId: user.id, accountId: user.id, providerId: 'credential', password: hash };
      await context.internalAdapter.linkAccount(account);
    },
    signIn: async (email, password) => {
      try {
        const { headers, response } = await auth.api.signInEmail({ body: { email, password }, returnHeaders: true });
        return { person: personOf(response.user), setCookie: headers.getSetCookie() };
      } catch (error) {
        if (isAPIError(error) && error.statusCode < 500) throw wrongPassword();
        throw error;
      }
    },
    signOut: async (cookie) => {
      const { headers } = await auth.api.signOut({ headers: new Headers({ cookie }), returnHeaders: true });
      return headers.getSetCookie();
    },
    authenticate: async (cookie) => {
      const session = await auth.api.getSession({ headers: new Headers({ cookie }) });
      return session === null ? undefined : personOf(session.user);
    },
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

function openPeople(path: string): DatabaseSync {
  if (path === ':memory:') return new DatabaseSync(path);
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: 5000 });
  chmodSync(path, 0o600);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  return database;
}

function optionsOf({ secret, secureCookies }: BetterAuthIdentityOptions, database: DatabaseSync) {
  return {
    database,
    secret,
    // Never served, so it names no host; cookies stay without a domain.
    baseURL: 'http://orla.invalid',
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      autoSignIn: false,
      minPasswordLength: 10,
      maxPasswordLength: 200,
    },
    user: { additionalFields: { role: { type: 'string', required: true, input: false } } },
    session: {
      expiresIn: SESSION_DAYS * SECONDS_PER_DAY,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    advanced: {
      cookiePrefix: 'orla',
      useSecureCookies: secureCookies,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', path: '/' },
    },
  } as const satisfies BetterAuthOptions;
}
