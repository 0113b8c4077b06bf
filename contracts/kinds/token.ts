import { z } from 'zod';
import { Labels, Name, Scalar, Sha256, TimeMs } from '../names.ts';

export const Role = z.enum(['viewer', 'operator', 'administrator']);
export type Role = z.infer<typeof Role>;

/** A secret word that lets a node enrol or a program call the API. Only its SHA-256 is kept; it is shown once. */
export const TokenSpec = z.strictObject({
  sha256: Sha256,
  expiresAt: TimeMs,
  use: z.discriminatedUnion('for', [
    z.strictObject({
      for: z.literal('enrolment'),
      site: Name,
      node: Name.optional().describe('The only name that it admits'),
      labels: Labels.default({}),
      variables: z.record(z.string(), Scalar).default({}),
      usesLeft: z.number().int().min(0),
    }),
    z.strictObject({ for: z.literal('api'), person: z.string(), role: Role }),
  ]),
});
export type TokenSpec = z.infer<typeof TokenSpec>;
