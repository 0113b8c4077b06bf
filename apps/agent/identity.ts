import type { LinkClient } from '../../adapters/link/port.ts';
import type { Files } from '../../adapters/system/files.ts';
import { generateSealingKey, generateSigningKey, type KeyPair, sign } from '../../adapters/system/keys.ts';
import type { Random } from '../../adapters/system/random.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { EnrolAnswer } from '../../contracts/link.ts';
import { enrolProofText } from '../../core/trust/signed-texts.ts';
import type { Join } from './agent-ports.ts';

const FILE = 'identity.json';

/** Who a node is. Made once, before it enrols, so that an enrolment that is repeated brings the same keys. */
export interface Identity {
  readonly format: 1;
  readonly signing: KeyPair;
  readonly sealing: KeyPair;
  readonly rootKeyId: string;
  /** What the control plane answered; null until then. */
  readonly node: string | null;
  readonly site: string | null;
}

export type EnrolledIdentity = Identity & { readonly node: string };

/** The identity in the data directory, or a new one for `join`. 'unauthenticated' when there is neither. */
export async function openIdentity(ports: { files: Files; random: Random }, join: Join | null): Promise<Identity> {
  const bytes = await ports.files.read('identity:read', FILE);
  if (bytes !== undefined) return parseIdentity(bytes);
  if (join === null) {
    throw new EdgeError('unauthenticated', 'This node is not enrolled yet.', {
      hint: 'Make a token with `orla enrol` and start the agent with the line that it prints.',
    });
  }
  const identity: Identity = {
    format: 1,
    signing: generateSigningKey(ports.random),
    sealing: generateSealingKey(ports.random),
    rootKeyId: join.rootKeyId,
    node: null,
    site: null,
  };
  await writeIdentity(ports.files, identity);
  return identity;
}

/** Enrols once. The caller keeps the trust of the answer first and the identity last, so a crash between repeats it. */
export function requestEnrolment(link: LinkClient, identity: Identity, join: Join): Promise<EnrolAnswer> {
  const request = {
    token: join.token,
    ...(join.node === undefined ? {} : { node: join.node }),
    publicKey: identity.signing.publicKey,
    sealingKey: identity.sealing.publicKey,
  };
  const proof = sign(identity.signing.privateKey, Buffer.from(enrolProofText(request)));
  return link.enrol({ ...request, ...(join.class === undefined ? {} : { class: join.class }), proof });
}

export function writeIdentity(files: Files, identity: Identity): Promise<void> {
  return files.writeDurable('identity:write', FILE, Buffer.from(JSON.stringify(identity)));
}

function parseIdentity(bytes: Uint8Array): Identity {
  try {
    const identity = JSON.parse(Buffer.from(bytes).toString('utf8')) as Identity;
    if (identity.format === 1 && typeof identity.signing?.privateKey === 'string') return identity;
  } catch {
    // Falls through to the same error as a file of another form.
  }
  throw new EdgeError('corrupt', `${FILE} of this node cannot be read.`, {
    where: FILE,
    hint: 'Bring the file back from a copy, or move the data directory away and enrol again.',
  });
}
