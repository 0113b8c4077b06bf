import type { Clock } from '../../adapters/system/clock.ts';
import type { Files } from '../../adapters/system/files.ts';
import { verify } from '../../adapters/system/keys.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import { Manifest, Signed, type Trust } from '../../contracts/manifest.ts';
import type { Report } from '../../contracts/report.ts';
import { sha256Hex } from '../../core/base/digest.ts';
import { judgeManifest } from '../../core/trust/judge-manifest.ts';
import { hasThreshold, judgeTrust, type VerifySignature } from '../../core/trust/judge-trust.ts';

const TRUST_FILE = 'trust.json';
const MANIFEST_FILE = 'manifest.json';

export interface KeptManifest {
  readonly manifest: Manifest;
  readonly sha256: string;
}

/**
 * What the node may run, and whom it believes.
 *
 * INVARIANTS
 * - A manifest is acted on only after it is durable, and a trust document only after it is.
 * - Numbers of both only grow, also across restarts.
 * - Without a usable file there is no manifest or trust, and the control plane sends it again; nothing else stops.
 */
export interface ManifestKeeper {
  /** Reads what earlier lives kept; once. `node` is null until enrolled: then there is no manifest. */
  load(node: string | null): Promise<void>;
  /** The node has its name now. */
  enrolledAs(node: string): void;
  /** Takes the trust documents that are new, in order. Rejects only when the disk does. */
  offerTrust(documents: readonly Signed[]): Promise<void>;
  /** Takes a manifest or refuses it. Rejects only when the disk does; then it is tried again by `retry`. */
  offerManifest(signed: Signed): Promise<void>;
  /** Tries again what the disk did not take. */
  retry(): Promise<void>;
  kept(): KeptManifest | null;
  trust(): Trust | null;
  refused(): Report['refused'];
}

const verifyText: VerifySignature = (publicKey, payload, signature) =>
  verify(publicKey, Buffer.from(payload, 'utf8'), signature);

export function createManifestKeeper(
  ports: { files: Files; clock: Clock },
  facts: { rootKeyId: string; emit(event: AgentEvent): void; onAccepted(kept: KeptManifest): void },
): ManifestKeeper {
  let node: string | null = null;
  let chain: Signed[] = [];
  let trusts: Trust[] = [];
  let kept: KeptManifest | null = null;
  let refused: Report['refused'] = null;
  /** Refused, but perhaps only because the trust that it needs is still on its way. */
  let distrusted: Signed | undefined;
  /** Accepted, but the disk did not take it. */
  let unwritten: Signed | undefined;
  let turn: Promise<void> = Promise.resolve();

  const inTurn = (act: () => Promise<void>): Promise<void> => {
    const mine = turn.then(act);
    turn = mine.catch(() => {});
    return mine;
  };

  const takeTrust = async (signed: Signed): Promise<boolean> => {
    const current = trusts.at(-1) ?? null;
    const judged = judgeTrust(signed, { current, pinnedRootKeyId: facts.rootKeyId }, verifyText);
    if (judged.kind !== 'accept') return false;
    const next = [...chain, signed];
    await ports.files.writeDurable('trust:write', TRUST_FILE, Buffer.from(JSON.stringify(next)));
    chain = next;
    trusts = [...trusts, judged.trust];
    facts.emit({ kind: 'trust-accepted', number: judged.trust.number });
    return true;
  };

  const refuse = (number: number, because: string) => {
    const known = refused?.number === number && refused.because === because;
    refused = { number, because, at: ports.clock.now() };
    if (!known) facts.emit({ kind: 'manifest-refused', number, because });
  };

  const takeManifest = async (signed: Signed): Promise<void> => {
    const trust = trusts.at(-1);
    distrusted = signed;
    unwritten = undefined;
    if (node === null || trust === undefined) return refuse(0, 'this node has no trust document yet');
    const have = kept === null ? null : { number: kept.manifest.number, sha256: kept.sha256 };
    const judged = judgeManifest(signed, { trust, node, kept: have }, verifyText);
    if (judged.kind === 'refuse') return refuse(judged.number, judged.because);
    if (judged.kind === 'accept') {
      const file = JSON.stringify({ sha256: judged.sha256, signed });
      unwritten = signed;
      await ports.files.writeDurable('manifest:write', MANIFEST_FILE, Buffer.from(file));
      kept = { manifest: judged.manifest, sha256: judged.sha256 };
      refused = null;
      facts.emit({ kind: 'manifest-accepted', number: judged.manifest.number });
      facts.onAccepted(kept);
    }
    distrusted = undefined;
    unwritten = undefined;
  };

  return {
    load: (name) =>
      inTurn(async () => {
        node = name;
        const documents = Signed.array().safeParse(jsonOf(await ports.files.read('trust:read', TRUST_FILE)));
        for (const signed of documents.data ?? []) {
          const current = trusts.at(-1) ?? null;
          const judged = judgeTrust(signed, { current, pinnedRootKeyId: facts.rootKeyId }, verifyText);
          if (judged.kind !== 'accept') break;
          chain.push(signed);
          trusts.push(judged.trust);
        }
        if (name !== null)
          kept = readKept(jsonOf(await ports.files.read('manifest:read', MANIFEST_FILE)), name, trusts);
      }),
    enrolledAs: (name) => {
      node = name;
    },
    offerTrust: (documents) =>
      inTurn(async () => {
        let accepted = false;
        for (const signed of documents) accepted = (await takeTrust(signed)) || accepted;
        if (accepted && distrusted !== undefined) await takeManifest(distrusted);
      }),
    offerManifest: (signed) => inTurn(() => takeManifest(signed)),
    retry: async () => {
      if (unwritten !== undefined) await inTurn(async () => void (unwritten && (await takeManifest(unwritten))));
    },
    kept: () => kept,
    trust: () => trusts.at(-1) ?? null,
    refused: () => refused,
  };
}

/**
 * The manifest as it was kept. It was judged when it came, so a signing key that was retired since does not stop it; but
 * it must be the bytes that were signed by one that was trusted once.
 */
function readKept(file: unknown, node: string, trusts: readonly Trust[]): KeptManifest | null {
  const signed = Signed.safeParse((file as { signed?: unknown } | undefined)?.signed);
  if (!signed.success) return null;
  const sha256 = sha256Hex(signed.data.payload);
  const intact = sha256 === (file as { sha256?: unknown }).sha256;
  const believed = trusts.length === 0 || trusts.some((trust) => hasThreshold(trust.manifest, signed.data, verifyText));
  if (!intact || !believed) return null;
  const manifest = Manifest.safeParse(jsonOf(signed.data.payload));
  return manifest.success && manifest.data.node === node ? { manifest: manifest.data, sha256 } : null;
}

function jsonOf(text: string | Uint8Array | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString());
  } catch {
    return undefined;
  }
}
