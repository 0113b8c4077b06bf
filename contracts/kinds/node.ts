import { z } from 'zod';
import { Base64Url, Name, Scalar } from '../names.ts';

/** One machine at a site that runs the agent. Created by enrolment; people edit labels, variables and site. */
export const NodeSpec = z.strictObject({
  site: Name.describe('The site where the machine stands'),
  publicKey: Base64Url.describe("The node's own Ed25519 public key (RFC 8032), raw 32 bytes"),
  sealingKey: Base64Url.describe("The node's own X25519 public key, to which secrets are sealed (RFC 9180)"),
  class: z.string().max(63).default('generic').describe('Hardware class, for choosing variants of models'),
  variables: z.record(z.string(), Scalar).default({}).describe('Values for ${node.NAME}; win over those of the site'),
});
export type NodeSpec = z.infer<typeof NodeSpec>;
