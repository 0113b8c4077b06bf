import { canonicalJson } from '../../contracts/canonical-json.ts';
import { type Signed, Trust } from '../../contracts/manifest.ts';

/** Whether `signature` (base64url) over `payload` was made by the holder of `publicKey` (base64url): Ed25519, RFC 8032. */
export type VerifySignature = (publicKey: string, payload: string, signature: string) => boolean;

export type JudgedTrust = { kind: 'accept'; trust: Trust } | { kind: 'same' } | { kind: 'refuse'; because: string };

/**
 * Whether a trust document may replace the current one. The first must carry the root key that the enrolment line
 * named; each later one must have the next number and enough signatures of the old root and of its own
 * (TUF 1.0.33, section 5.3.4 and 5.3.5), so a stolen manifest key cannot appoint another.
 */
export function judgeTrust(
  candidate: Signed,
  facts: { readonly current: Trust | null; readonly pinnedRootKeyId: string },
  verify: VerifySignature,
): JudgedTrust {
  const parsed = parseCanonical(candidate.payload);
  const trust = Trust.safeParse(parsed);
  if (!trust.success) return { kind: 'refuse', because: 'the trust document cannot be read' };
  const next = trust.data;
  if (!hasThreshold(next.root, candidate, verify))
    return { kind: 'refuse', because: 'not enough root keys signed the trust document' };
  if (facts.current === null) {
    if (next.number !== 1)
      return { kind: 'refuse', because: `the first trust document has the number ${next.number}, not 1` };
    if (next.root.keys[facts.pinnedRootKeyId] === undefined) {
      return {
        kind: 'refuse',
        because: `the root key ${facts.pinnedRootKeyId} of the enrolment is not in the trust document`,
      };
    }
    return { kind: 'accept', trust: next };
  }
  if (next.number === facts.current.number) {
    return canonicalJson(next) === canonicalJson(facts.current)
      ? { kind: 'same' }
      : { kind: 'refuse', because: `another trust document with the number ${next.number}` };
  }
  if (next.number < facts.current.number)
    return { kind: 'refuse', because: `the trust document ${next.number} is older than ${facts.current.number}` };
  if (next.number > facts.current.number + 1) {
    return { kind: 'refuse', because: `the trust document ${next.number} skips ${facts.current.number + 1}` };
  }
  if (!hasThreshold(facts.current.root, candidate, verify)) {
    return { kind: 'refuse', because: 'not enough of the present root keys signed the new trust document' };
  }
  return { kind: 'accept', trust: next };
}

/** Whether enough different keys of a role signed exactly these bytes. */
export function hasThreshold(role: Trust['root'], signed: Signed, verify: VerifySignature): boolean {
  const good = new Set<string>();
  for (const { keyId, signature } of signed.signatures) {
    const publicKey = role.keys[keyId];
    if (publicKey !== undefined && verify(publicKey, signed.payload, signature)) good.add(publicKey);
  }
  return good.size >= role.threshold;
}

/** The value of canonical JSON text, or undefined when it is not JSON or not in canonical form. */
export function parseCanonical(payload: string): unknown {
  try {
    const value: unknown = JSON.parse(payload);
    return canonicalJson(value) === payload ? value : undefined;
  } catch {
    return undefined;
  }
}
