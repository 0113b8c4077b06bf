import { z } from 'zod';
import { Signed } from './manifest.ts';
import { Base64Url, Name, Sha256, TimeMs } from './names.ts';
import { Dropped, StreamRecord } from './records.ts';
import { LiveValues, LogLine, Report } from './report.ts';

/** Largest frame either side accepts, in bytes; checked before parsing. */
export const FRAME_BYTES_MAX = 1024 * 1024;
/** Largest batch of records in one frame. */
export const RECORDS_PER_FRAME_MAX = 500;

/**
 * What a node sends. Every frame may be lost, repeated or arrive late: reports are whole, records are numbered,
 * so receiving one again changes nothing.
 */
export const NodeFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), protocol: z.literal(1), node: Name, nonce: Base64Url }),
  z.object({
    kind: z.literal('prove'),
    signature: Base64Url.describe("By the node's key, over canonical JSON of LinkProof"),
  }),
  z.object({ kind: z.literal('report'), report: Report }),
  z.object({
    kind: z.literal('records'),
    stream: Name,
    incarnation: z.string().max(64),
    after: z
      .number()
      .int()
      .nonnegative()
      .describe('Everything up to here has been acknowledged or is in an earlier frame'),
    records: z.array(StreamRecord).max(RECORDS_PER_FRAME_MAX),
    dropped: z.array(Dropped).max(RECORDS_PER_FRAME_MAX),
  }),
  z.object({ kind: z.literal('live'), live: LiveValues }),
  z.object({ kind: z.literal('logs'), request: z.string(), lines: z.array(LogLine).max(2000) }),
]);
export type NodeFrame = z.infer<typeof NodeFrame>;

/** What the control plane sends. */
export const CentreFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('challenge'), nonce: Base64Url }),
  z.object({
    kind: z.literal('welcome'),
    session: z.string().describe('Bearer for ranged artifact requests, valid while this link is open'),
    reportEveryMs: z.number().int().positive(),
    at: TimeMs,
  }),
  z.object({ kind: z.literal('trust'), trust: Signed }),
  z.object({ kind: z.literal('manifest'), manifest: Signed }),
  z.object({
    kind: z.literal('stored'),
    stream: Name,
    incarnation: z.string().max(64),
    upTo: z.number().int().nonnegative(),
  }),
  z.object({ kind: z.literal('report-wanted') }),
  z.object({
    kind: z.literal('watch'),
    forMs: z.number().int().nonnegative().describe('Send live values for so long; 0 stops'),
  }),
  z.object({
    kind: z.literal('logs-wanted'),
    request: z.string(),
    lines: z.number().int().positive().max(2000),
    from: z.string().optional(),
  }),
  z.object({ kind: z.literal('refused'), code: z.string(), message: z.string() }),
]);
export type CentreFrame = z.infer<typeof CentreFrame>;

/** What a node signs to prove that it is itself: both nonces, so neither side can be replayed. */
export const LinkProof = z.object({
  purpose: z.literal('orla-link-1'),
  node: Name,
  nodeNonce: Base64Url,
  centreNonce: Base64Url,
});
export type LinkProof = z.infer<typeof LinkProof>;

/** What a node asks when it enrols; `proof` signs the rest with the key that it brings. */
export const EnrolRequest = z.object({
  token: z.string().max(200),
  node: Name.optional(),
  publicKey: Base64Url,
  sealingKey: Base64Url,
  class: z.string().max(63).optional(),
  proof: Base64Url.describe(
    "Ed25519 by the node's key, over canonical JSON of {purpose:'orla-enrol-1', sha256 of token, node, publicKey, sealingKey}",
  ),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;
export const EnrolAnswer = z.object({
  node: Name,
  site: Name,
  trust: z
    .array(Signed)
    .describe('Every trust document from the first, so that the node can follow the chain from the root it was told'),
});
export type EnrolAnswer = z.infer<typeof EnrolAnswer>;

export const ArtifactDigest = Sha256;
