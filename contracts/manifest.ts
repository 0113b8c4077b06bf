import { z } from 'zod';
import { ResolvedConnector } from './kinds/connector.ts';
import { ResolvedFlowSpec } from './kinds/flow.ts';
import { ModelSignature } from './kinds/model.ts';
import { SealedValue } from './kinds/secret.ts';
import { Base64Url, Name, Sha256, TimeMs } from './names.ts';
import { StreamPolicy } from './records.ts';

/** Bytes that a workload needs, named by their SHA-256. */
export const ArtifactRef = z.object({ sha256: Sha256, sizeBytes: z.number().int().nonnegative() });
export type ArtifactRef = z.infer<typeof ArtifactRef>;

/** A model that a flow calls, pinned to one version. */
export const PinnedModel = z.object({
  name: Name,
  version: z.number().int(),
  artifact: ArtifactRef,
  signature: ModelSignature,
});
export type PinnedModel = z.infer<typeof PinnedModel>;

const common = {
  id: z.string().describe('runner/kind/name, unique on the node'),
  digest: Sha256.describe('Of everything that defines it; a different digest is a different workload'),
  runner: Name.describe('Which runner process hosts it; "shared" unless the flow asks for its own'),
};

export const ConnectorWorkload = z.object({ ...common, kind: z.literal('connector'), connector: ResolvedConnector });
export const FlowWorkload = z.object({
  ...common,
  kind: z.literal('flow'),
  name: Name,
  deployment: Name,
  release: z.number().int().positive(),
  flow: ResolvedFlowSpec.describe('With every variable resolved'),
  models: z.record(z.string(), PinnedModel).describe('Model reference as the flow writes it → the pinned version'),
  after: z.array(z.string()).describe('Ids of the workloads that must be there first: its connectors'),
});
export type ConnectorWorkload = z.infer<typeof ConnectorWorkload>;
export type FlowWorkload = z.infer<typeof FlowWorkload>;

/** One thing that a node is asked to run. */
export const Workload = z.discriminatedUnion('kind', [ConnectorWorkload, FlowWorkload]);
export type Workload = z.infer<typeof Workload>;

/** Everything one node should run and know. It does not expire. */
export const Manifest = z.object({
  format: z.literal(1),
  node: Name,
  number: z.number().int().positive().describe('Only grows; a node refuses one that is not greater than what it has'),
  issuedAt: TimeMs,
  site: z.object({
    name: Name,
    title: z.string().optional(),
    latitude: z.number(),
    longitude: z.number(),
    timeZone: z.string(),
  }),
  releases: z.record(Name, z.number().int()).describe('deployment → release'),
  workloads: z.array(Workload),
  streams: z.record(Name, StreamPolicy),
  secrets: z.record(Name, SealedValue),
});
export type Manifest = z.infer<typeof Manifest>;

export const Signature = z.object({
  keyId: z.string(),
  signature: Base64Url.describe('Ed25519 over the payload, 64 bytes'),
});
export type Signature = z.infer<typeof Signature>;

/** Canonical JSON text and the signatures over exactly those bytes; verified before it is parsed. */
export const Signed = z.object({ payload: z.string(), signatures: z.array(Signature).max(16) });
export type Signed = z.infer<typeof Signed>;

export const RoleKeys = z.object({ keys: z.record(z.string(), Base64Url), threshold: z.number().int().positive() });

/**
 * Which keys may sign, after TUF's root metadata (TUF 1.0.33, section 4.3): a new one must be signed by enough
 * root keys of the old and of the new, and its number must be the next one.
 */
export const Trust = z.object({
  format: z.literal(1),
  number: z.number().int().positive(),
  issuedAt: TimeMs,
  root: RoleKeys,
  manifest: RoleKeys.describe('Keys that may sign manifests'),
});
export type Trust = z.infer<typeof Trust>;
