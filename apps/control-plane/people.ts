import type { Person } from '../../adapters/identity/port.ts';
import type { BodyOf } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Role } from '../../contracts/kinds/token.ts';
import type { Centre } from './centre.ts';
import { sha256Text } from './link-session.ts';
import { collections } from './mirror.ts';
import { actorOf, type Principal, roleOf, roleReaches } from './principal.ts';

const DAY_MS = 86_400_000;
const FIRST_START_KEY = 'word';
/** The token of programs on the same machine, made again when it would end within a month. */
const LOCAL_TOKEN = 'this-machine';
const LOCAL_DAYS = 366;
const LOCAL_RENEW_MS = 30 * DAY_MS;

/** A word that opens something: `prefix_` and 256 random bits. */
export function newWord(centre: Centre, prefix: string): string {
  return `${prefix}_${Buffer.from(centre.ports.random.bytes(32)).toString('base64url')}`;
}

/** A new word for the first administrator's link while nobody exists; only its hash is kept, and the one before ends. */
export async function firstStartWord(centre: Centre): Promise<string | undefined> {
  if (!(await centre.ports.identity.empty())) return undefined;
  const word = newWord(centre, 'first');
  const documents = [{ collection: collections.firstStart, key: FIRST_START_KEY, body: { sha256: sha256Text(word) } }];
  await centre.commit({ actor: 'system', documents });
  return word;
}

/** Makes the first administrator, once: of those who use the link at the same moment, the second finds it used. */
export function firstAdministratorMaker(centre: Centre) {
  let turn: Promise<unknown> = Promise.resolve();
  return (body: BodyOf<'firstAdministrator'>): Promise<Person> => {
    const mine = turn.then(() => makeFirstAdministrator(centre, body));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

async function makeFirstAdministrator(centre: Centre, body: BodyOf<'firstAdministrator'>): Promise<Person> {
  const { identity, store } = centre.ports;
  const kept = (await store.getDocument(collections.firstStart, FIRST_START_KEY)) as { sha256: string } | undefined;
  if (kept === undefined || kept.sha256 !== sha256Text(body.word) || !(await identity.empty())) {
    throw new EdgeError('token-spent', 'This link was used, or a newer one was printed.', {
      hint: 'Use the link that the last start printed; when an administrator exists, sign in.',
    });
  }
  const person = { name: body.name, email: body.email.toLowerCase(), role: 'administrator' as const };
  await identity.create(person, body.password);
  await centre.commit({
    actor: 'system',
    documents: [{ collection: collections.firstStart, key: FIRST_START_KEY, body: null }],
  });
  return person;
}

/**
 * Makes a token for a program, with at most the role of who asks, and not for longer than the token that asks. The word is in
 * the answer and nowhere else.
 */
export async function makeApiToken(
  centre: Centre,
  asked: { name: string; role: Role; days: number },
  principal: Principal,
) {
  const own = roleOf(principal);
  if (own === undefined || !roleReaches(own, asked.role)) {
    throw new EdgeError('forbidden', `A token with the role ${asked.role} needs somebody who has it.`);
  }
  if (centre.mirror.resources.Token.has(asked.name)) {
    throw new EdgeError('in-use', `There is a token "${asked.name}" already.`, {
      where: 'name',
      hint: 'Choose another name, or delete it first.',
    });
  }
  return writeApiToken(centre, asked, principal, 0);
}

/** The administrator's token for programs of this machine: the one given while it is good, else a new one. */
export async function localToken(centre: Centre, present: string | undefined): Promise<string> {
  const kept = centre.mirror.resources.Token.get(LOCAL_TOKEN);
  const good = kept !== undefined && kept.spec.expiresAt - centre.ports.clock.now() > LOCAL_RENEW_MS;
  if (good && present !== undefined && sha256Text(present) === kept.spec.sha256) return present;
  const asked = { name: LOCAL_TOKEN, role: 'administrator' as const, days: LOCAL_DAYS };
  return (await writeApiToken(centre, asked, { kind: 'nobody' }, kept?.generation ?? 0)).token;
}

async function writeApiToken(
  centre: Centre,
  { name, role, days }: { name: string; role: Role; days: number },
  principal: Principal,
  expected: number,
) {
  const token = newWord(centre, 'orla');
  const wanted = centre.ports.clock.now() + days * DAY_MS;
  const parent = principal.kind === 'token' ? centre.mirror.resources.Token.get(principal.name) : undefined;
  // Otherwise a stolen token of a day could stay for ever.
  const expiresAt = Math.min(wanted, parent?.spec.expiresAt ?? wanted);
  const person =
    principal.kind === 'token'
      ? principal.person
      : principal.kind === 'person'
        ? principal.person.email
        : 'this machine';
  const spec = { sha256: sha256Text(token), expiresAt, use: { for: 'api' as const, person, role } };
  const actor = principal.kind === 'nobody' ? 'system' : actorOf(principal);
  await centre.commit({ actor, resources: [{ kind: 'Token', name, expected, put: { labels: {}, spec } }] });
  return { name, token, expiresAt };
}
