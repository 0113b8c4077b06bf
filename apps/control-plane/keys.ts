import { join } from 'node:path';
import { z } from 'zod';
import { generateSigningKey, type KeyPair, keyId, sign } from '../../adapters/system/keys.ts';
import type { Random } from '../../adapters/system/random.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import { EdgeError } from '../../contracts/errors.ts';
import { Signed, Trust } from '../../contracts/manifest.ts';
import type { ControlPlaneKeys } from './ports.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

const KeptKeys = z.object({ publicKey: z.string(), privateKey: z.string() });

export interface NewKeys {
  readonly root: KeyPair;
  readonly manifest: KeyPair;
  readonly trust: readonly Signed[];
}

/** A root key, a key that signs manifests, and the first trust document, signed by the root, that says so. */
export function newKeys(random: Random, now: number): NewKeys {
  const root = generateSigningKey(random);
  const manifest = generateSigningKey(random);
  const document: Trust = {
    format: 1,
    number: 1,
    issuedAt: now,
    root: { keys: { [keyId(root.publicKey)]: root.publicKey }, threshold: 1 },
    manifest: { keys: { [keyId(manifest.publicKey)]: manifest.publicKey }, threshold: 1 },
  };
  const payload = canonicalJson(document);
  return { root, manifest, trust: [{ payload, signatures: [signatureOf(root, payload)] }] };
}

/** What a control plane needs of the keys: the root's private part is not among it. */
export function signingKeys({ manifest, trust }: Pick<NewKeys, 'manifest' | 'trust'>): ControlPlaneKeys {
  const [rootKeyId] = Object.keys(Trust.parse(JSON.parse(trust[0]!.payload)).root.keys);
  return { trust, rootKeyId: rootKeyId!, signManifest: (payload) => signatureOf(manifest, payload) };
}

/**
 * The keys in a folder, made at the first start, readable by their owner only. 'corrupt' when some are there and others are
 * missing: new ones would not be trusted by the nodes that enrolled before.
 */
export function openKeys(folder: string, random: Random, now: number): ControlPlaneKeys {
  const path = (name: string) => join(folder, name);
  const trust = readPrivateFile(path('trust.json'));
  if (trust === undefined) {
    const made = newKeys(random, now);
    writePrivateFile(path('root.json'), JSON.stringify(made.root));
    writePrivateFile(path('manifest.json'), JSON.stringify(made.manifest));
    // Last: while it is missing nobody has seen the others.
    writePrivateFile(path('trust.json'), JSON.stringify(made.trust));
    return signingKeys(made);
  }
  const manifest = readPrivateFile(path('manifest.json'));
  try {
    return signingKeys({
      manifest: KeptKeys.parse(JSON.parse(manifest ?? '')),
      trust: z.array(Signed).min(1).parse(JSON.parse(trust)),
    });
  } catch (cause) {
    throw new EdgeError('corrupt', 'The keys of the control plane are damaged or incomplete.', {
      where: folder,
      hint: 'Put back the whole folder from a good copy.',
      cause,
    });
  }
}

/** A secret text in a file, made at the first start from 256 random bits. */
export function openSecret(path: string, random: Random): string {
  const kept = readPrivateFile(path);
  if (kept !== undefined && kept.length >= 32) return kept;
  const made = Buffer.from(random.bytes(32)).toString('base64url');
  writePrivateFile(path, made);
  return made;
}

function signatureOf(key: KeyPair, payload: string) {
  return { keyId: keyId(key.publicKey), signature: sign(key.privateKey, Buffer.from(payload)) };
}
