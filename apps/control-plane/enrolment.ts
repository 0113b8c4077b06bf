import type { ResourceWrite } from '../../adapters/store/port.ts';
import { verify } from '../../adapters/system/keys.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { NodeSpec } from '../../contracts/kinds/node.ts';
import type { TokenSpec } from '../../contracts/kinds/token.ts';
import type { EnrolAnswer, EnrolRequest } from '../../contracts/link.ts';
import type { Labels, Scalar } from '../../contracts/names.ts';
import type { Resource } from '../../contracts/resource.ts';
import { suggest } from '../../core/base/nearest.ts';
import { enrolProofText } from '../../core/trust/signed-texts.ts';
import type { Centre } from './centre.ts';
import { sha256Text } from './link-session.ts';
import { newWord } from './people.ts';

/** Where a control plane listens when nothing else is said. */
const FALLBACK_URL = 'http://127.0.0.1:8080';
const HOUR_MS = 3_600_000;
/** Nodes that enrol at the same moment with one token exclude each other; each tries again so often. */
const TRIES_MAX = 50;

export interface EnrolmentAsked {
  readonly site: string;
  readonly node?: string | undefined;
  readonly uses: number;
  readonly hours: number;
  readonly labels: Labels;
  readonly variables: Readonly<Record<string, Scalar>>;
}

type EnrolmentUse = Extract<TokenSpec['use'], { for: 'enrolment' }>;

/** Makes a counted, expiring token that admits nodes to a site, and the line to run there. Only its hash is kept. */
export async function makeEnrolment(centre: Centre, asked: EnrolmentAsked, actor: string, origin?: string) {
  const { ports, mirror, config } = centre;
  const { site, node, uses, hours, labels, variables } = asked;
  if (!mirror.resources.Site.has(site)) {
    throw new EdgeError('not-found', `There is no site "${site}".`, {
      where: 'site',
      hint: suggest(site, mirror.resources.Site.keys()) ?? 'Apply it first.',
    });
  }
  if (node !== undefined && uses > 1) {
    throw new EdgeError('bad-request', 'A token for one named node is used once.', {
      where: 'uses',
      hint: 'Leave out uses, or the node.',
    });
  }
  const token = newWord(centre, 'enrol');
  const name = `enrol-${ports.random.id().slice(0, 12)}`;
  const expiresAt = Math.round(ports.clock.now() + hours * HOUR_MS);
  const use: EnrolmentUse = {
    for: 'enrolment',
    site,
    ...(node === undefined ? {} : { node }),
    labels,
    variables: { ...variables },
    usesLeft: uses,
  };
  const spec: TokenSpec = { sha256: sha256Text(token), expiresAt, use };
  await centre.commit({ actor, resources: [{ kind: 'Token', name, expected: 0, put: { labels: {}, spec } }] });
  const { rootKeyId } = ports.keys;
  const line = `./orla agent --join ${config.url ?? origin ?? FALLBACK_URL} --token ${token} --root ${rootKeyId}`;
  return { name, token, expiresAt, rootKeyId, line };
}

/**
 * Admits a node that proves that it has the key which it brings. The same key with the same token gets the same answer
 * again, also when the token is used up, because the first answer may have been lost.
 */
export async function enrol(centre: Centre, request: EnrolRequest): Promise<EnrolAnswer> {
  const { mirror, ports } = centre;
  if (!verify(request.publicKey, Buffer.from(enrolProofText(request)), request.proof)) {
    throw new EdgeError('forbidden', 'The proof is not made with the key that the node brings.', {
      hint: 'Start the agent again with an empty data folder.',
    });
  }
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const token = tokenOf(centre, request.token);
    const use = token.spec.use as EnrolmentUse;
    const known = mirror.resources.Node.values().find((node) => node.spec.publicKey === request.publicKey);
    if (known !== undefined && known.spec.site === use.site) return answer(centre, known.name, known.spec.site);
    if (known !== undefined)
      throw new EdgeError('in-use', `This key is the node ${known.name} of the site ${known.spec.site} already.`, {
        where: known.name,
      });
    if (use.usesLeft < 1 || token.spec.expiresAt <= ports.clock.now()) throw spent();
    const name = nameFor(centre, request, use);
    try {
      await admit(centre, request, token, use, name);
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'conflict') continue;
      throw error;
    }
    centre.emit({ kind: 'node-enrolled', node: name, site: use.site });
    return answer(centre, name, use.site);
  }
  throw new EdgeError('too-many', 'Too many nodes enrol with this token at once.', { hint: 'Try again in a moment.' });
}

function tokenOf(centre: Centre, word: string): Resource<'Token'> {
  const sha256 = sha256Text(word);
  const token = centre.mirror.resources.Token.values().find(
    ({ spec }) => spec.sha256 === sha256 && spec.use.for === 'enrolment',
  );
  if (token === undefined) throw spent();
  return token;
}

/** One answer for a token that is unknown, used up or expired: words cannot be tried out. */
function spent(): EdgeError {
  return new EdgeError('token-spent', 'The token is not known, was used up, or has expired.');
}

function nameFor(centre: Centre, request: EnrolRequest, use: EnrolmentUse): string {
  const { Node: nodes } = centre.mirror.resources;
  if (use.node !== undefined && request.node !== undefined && request.node !== use.node) {
    throw new EdgeError('forbidden', `The token admits only the node ${use.node}.`, { where: 'node' });
  }
  const wanted = use.node ?? request.node;
  if (wanted !== undefined) {
    if (!nodes.has(wanted)) return wanted;
    throw new EdgeError('in-use', `Another machine has the name ${wanted}.`, {
      where: 'node',
      hint: `Choose another name, or delete the node ${wanted} first when its machine was replaced.`,
    });
  }
  for (let number = 1; ; number += 1) {
    const name = `${use.site.slice(0, 55)}-${number}`;
    if (!nodes.has(name)) return name;
  }
}

async function admit(
  centre: Centre,
  request: EnrolRequest,
  token: Resource<'Token'>,
  use: EnrolmentUse,
  name: string,
): Promise<void> {
  const spec: NodeSpec = {
    site: use.site,
    publicKey: request.publicKey,
    sealingKey: request.sealingKey,
    class: request.class ?? 'generic',
    variables: use.variables,
  };
  const counted: TokenSpec = { ...token.spec, use: { ...use, usesLeft: use.usesLeft - 1 } };
  const resources: ResourceWrite[] = [
    { kind: 'Token', name: token.name, expected: token.generation, put: { labels: token.labels, spec: counted } },
    { kind: 'Node', name, expected: 0, put: { labels: use.labels, spec } },
  ];
  await centre.commit({ actor: `node:${name}`, because: `enrolled with the token ${token.name}`, resources });
}

function answer(centre: Centre, node: string, site: string): EnrolAnswer {
  return { node, site, trust: [...centre.ports.keys.trust] };
}
