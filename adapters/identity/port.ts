import type { Role } from '../../contracts/kinds/token.ts';

/** A person as routes see them. */
export interface Person {
  name: string;
  email: string;
  role: Role;
}

/** How long a session lasts after signing in. */
export const SESSION_DAYS = 7;

/**
 * People: accounts, passwords, sessions. Tokens of programs and nodes are resources and not in here. An address is the same
 * whatever the case of its letters. A session's cookie is HttpOnly, SameSite=Strict, for the path /, and Secure where asked.
 */
export interface Identity {
  /** True until the first administrator exists. */
  empty(): Promise<boolean>;
  /** 'in-use' when the address has an account. */
  create(person: Person, password: string): Promise<void>;
  /** The values of Set-Cookie headers, or 'unauthenticated', in the same time for unknown and wrong alike. */
  signIn(email: string, password: string): Promise<{ person: Person; setCookie: string[] }>;
  /** Ends the session that the Cookie header carries; the values of the Set-Cookie headers that remove it. Idempotent. */
  signOut(cookie: string): Promise<string[]>;
  /** Who the session in a Cookie header belongs to; undefined when there is none, or it expired or was changed. */
  authenticate(cookie: string): Promise<Person | undefined>;
  close(): Promise<void>;
}
