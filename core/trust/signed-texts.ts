import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { EnrolRequest, LinkProof } from '../../contracts/link.ts';
import { sha256Hex } from '../base/digest.ts';

/**
 * What a node signs when it enrols: its keys and the name that it asks for, bound to the token by the token's SHA-256.
 * The control plane makes the same text from the request and verifies it with the key in it.
 */
export function enrolProofText(request: Omit<EnrolRequest, 'proof'>): string {
  const { token, node, publicKey, sealingKey } = request;
  return canonicalJson({ purpose: 'orla-enrol-1', sha256: sha256Hex(token), node, publicKey, sealingKey });
}

/** What a node signs to prove that it is itself: both nonces, so that neither side can be replayed. */
export function linkProofText(proof: Omit<LinkProof, 'purpose'>): string {
  const { node, nodeNonce, centreNonce } = proof;
  return canonicalJson({ purpose: 'orla-link-1', node, nodeNonce, centreNonce });
}
