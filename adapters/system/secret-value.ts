import { EdgeError } from '../../contracts/errors.ts';
import type { SealedValue } from '../../contracts/kinds/secret.ts';
import { openSealed, seal } from './seal.ts';

/** Whose secret it is: a sealed value cannot be moved to another node or given another name. */
export interface SecretOwner {
  readonly node: string;
  readonly secret: string;
}

const ENCAPSULATED_BYTES = 32;

/** Seals a secret to one node's sealing key; who sets a secret calls it, so that the control plane never sees the value. */
export async function sealSecret(sealingKey: string, owner: SecretOwner, value: string): Promise<SealedValue> {
  const sealed = Buffer.from(await seal(sealingKey, Buffer.from(value, 'utf8'), bindingOf(owner)), 'base64url');
  return {
    enc: sealed.subarray(0, ENCAPSULATED_BYTES).toString('base64url'),
    ciphertext: sealed.subarray(ENCAPSULATED_BYTES).toString('base64url'),
  };
}

/** Opens what `sealSecret` made, at the node. EdgeError `corrupt` when it was changed, or sealed for another node or name. */
export async function openSecret(privateKey: string, owner: SecretOwner, sealed: SealedValue): Promise<string> {
  const enc = Buffer.from(sealed.enc, 'base64url');
  if (enc.length !== ENCAPSULATED_BYTES) {
    throw new EdgeError('corrupt', `The encapsulated key of the secret ${owner.secret} is not 32 bytes.`);
  }
  const joined = Buffer.concat([enc, Buffer.from(sealed.ciphertext, 'base64url')]).toString('base64url');
  return Buffer.from(await openSealed(privateKey, joined, bindingOf(owner))).toString('utf8');
}

function bindingOf(owner: SecretOwner): { info: Uint8Array } {
  return { info: Buffer.from(`orla-secret-1\n${owner.node}\n${owner.secret}`, 'utf8') };
}
