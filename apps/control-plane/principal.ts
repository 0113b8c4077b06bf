import type { Person } from '../../adapters/identity/port.ts';
import type { Who } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Role } from '../../contracts/kinds/token.ts';
import type { Centre } from './centre.ts';
import { sha256Text } from './link-session.ts';

/** Who asks. */
export type Principal =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'token'; readonly name: string; readonly person: string; readonly role: Role }
  | { readonly kind: 'node'; readonly node: string };

export const nobody: Principal = { kind: 'nobody' };

const rank: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, administrator: 3 };

/** Whether a role may do what another may. */
export function roleReaches(role: Role, needed: Role): boolean {
  return rank[role] >= rank[needed];
}

/** Throws 'unauthenticated' or 'forbidden' unless the principal may call a route that says `who`. */
export function assertMay(principal: Principal, who: Who): void {
  if (who === 'anyone') return;
  if (who === 'link') {
    if (principal.kind === 'node') return;
    throw new EdgeError('unauthenticated', 'This needs the session of an open link.', {
      hint: 'Only a node that is connected can ask for this.',
    });
  }
  const role = roleOf(principal);
  if (role === undefined) throw new EdgeError('unauthenticated', 'Nobody is signed in.');
  if (!roleReaches(role, who)) {
    throw new EdgeError('forbidden', `This needs the role ${who}; ${actorOf(principal)} has the role ${role}.`);
  }
}

export function roleOf(principal: Principal): Role | undefined {
  if (principal.kind === 'person') return principal.person.role;
  return principal.kind === 'token' ? principal.role : undefined;
}

/** How the change log names who asked. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case 'person':
      return `person:${principal.person.email}`;
    case 'token':
      return `token:${principal.name}`;
    case 'node':
      return `node:${principal.node}`;
    case 'nobody':
      return 'nobody';
  }
}

/** Who a bearer word belongs to: a program's token, or the open line of a node. */
export function bearerPrincipal(
  centre: Centre,
  nodeOfBearer: (word: string) => string | undefined,
  word: string,
): Principal {
  const node = nodeOfBearer(word);
  if (node !== undefined) return { kind: 'node', node };
  const sha256 = sha256Text(word);
  for (const { name, spec } of centre.mirror.resources.Token.values()) {
    if (spec.sha256 !== sha256 || spec.use.for !== 'api') continue;
    if (spec.expiresAt <= centre.ports.clock.now()) return nobody;
    return { kind: 'token', name, person: spec.use.person, role: spec.use.role };
  }
  return nobody;
}
