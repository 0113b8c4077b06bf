import { z } from 'zod';

/** Name of a resource: lower-case letters, digits and hyphens, 1 to 63 characters (a DNS label, RFC 1123). */
export const Name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and hyphens, at most 63 characters');

/** A tag as flows name it: `equipment/tag`. */
export const TagPath = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}\/[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'use equipment/tag, for example weather/ghi');

export const Labels = z.record(
  z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?$/, 'use letters, digits, ., _, / and -'),
  z.string().max(63),
);
export type Labels = z.infer<typeof Labels>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest is 64 lower-case hexadecimal digits');
export const Base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/, 'base64url without padding (RFC 4648 section 5)');

/** A length of time as people write it: `500ms`, `30s`, `15m`, `1h`, `30d`. */
export const Duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'write a duration as 500ms, 30s, 15m, 1h or 30d');

/** A value of a variable, or of a tag that is not numeric. */
export const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;

/** Milliseconds since 1970-01-01T00:00:00Z, within what a date can show (ECMA-262 section 21.4.1.1). */
export const TimeMs = z.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000);

export const Severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof Severity>;

export const Quality = z.enum(['good', 'uncertain', 'bad']);
export type Quality = z.infer<typeof Quality>;
