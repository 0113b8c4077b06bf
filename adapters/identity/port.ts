import type { Role } from '../../contracts/kinds/token.ts';

/** A person as routes see them. */
export interface Person {
  name: string;
  email: string;
  role: Role;
}

/** People: accounts, passwords, sessions. Tokens of programs and nodes are resources and not in here. */
export interface Identity {
  /** True until the first administrator exists. */
  empty(): Promise<boolean>;
  /** 'in-use' when the address has an account. */
  create(person: Person, password: string): Promise<void>;
  /** The session's cookie headers, or 'unauthenticated' in constant time for unknown and wrong alike. */
  signIn(email: string, password: string): Promise<{ person: Person; setCookie: string[] }>;
  signOut(cookie: string): Promise<string[]>;
  /** Who a session cookie belongs to; undefined when none or expired. */
  authenticate(cookie: string): Promise<Person | undefined>;
}
