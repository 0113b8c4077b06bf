import { Manifest, type Signed, type Trust } from '../../contracts/manifest.ts';
import { sha256Hex } from '../base/digest.ts';
import { hasThreshold, parseCanonical, type VerifySignature } from './judge-trust.ts';

export type JudgedManifest =
  | { kind: 'accept'; manifest: Manifest; sha256: string }
  | { kind: 'same' }
  | { kind: 'refuse'; number: number; because: string };

/**
 * Whether a node may run a manifest: signed by enough keys of the trusted role over exactly these bytes, readable,
 * for this node, and newer than what it has. Signatures are checked before anything is parsed.
 */
export function judgeManifest(
  candidate: Signed,
  facts: { readonly trust: Trust; readonly node: string; readonly kept: { number: number; sha256: string } | null },
  verify: VerifySignature,
): JudgedManifest {
  if (!hasThreshold(facts.trust.manifest, candidate, verify)) {
    return {
      kind: 'refuse',
      number: 0,
      because: candidate.signatures.length === 0 ? 'the manifest is not signed' : 'no trusted key signed the manifest',
    };
  }
  const parsed = Manifest.safeParse(parseCanonical(candidate.payload));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return {
      kind: 'refuse',
      number: 0,
      because: `the manifest cannot be read: ${issue?.path.join('.')} ${issue?.message}`,
    };
  }
  const manifest = parsed.data;
  const { number } = manifest;
  if (manifest.node !== facts.node) {
    return { kind: 'refuse', number, because: `the manifest is for the node ${manifest.node}, this is ${facts.node}` };
  }
  const sha256 = sha256Hex(candidate.payload);
  if (facts.kept !== null) {
    if (number === facts.kept.number && sha256 === facts.kept.sha256) return { kind: 'same' };
    if (number === facts.kept.number)
      return { kind: 'refuse', number, because: `another manifest with the number ${number}` };
    if (number < facts.kept.number)
      return { kind: 'refuse', number, because: `the manifest ${number} is older than ${facts.kept.number}` };
  }
  return { kind: 'accept', manifest, sha256 };
}
