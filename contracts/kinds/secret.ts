import { z } from 'zod';
import { Base64Url, Name } from '../names.ts';

/** One value sealed to one node (HPKE, RFC 9180, base mode). */
export const SealedValue = z.strictObject({ enc: Base64Url, ciphertext: Base64Url });
export type SealedValue = z.infer<typeof SealedValue>;

/** A secret is sealed to each node by the client that sets it; the control plane cannot open it. */
export const SecretSpec = z.strictObject({
  sealed: z.record(Name, SealedValue).describe('node → the value sealed to its key; `orla secret set` makes it'),
});
export type SecretSpec = z.infer<typeof SecretSpec>;
