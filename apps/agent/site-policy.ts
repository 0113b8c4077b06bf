import type { Files } from '../../adapters/system/files.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Workload } from '../../contracts/manifest.ts';

const FILE = 'site-policy.yaml';

/** What the site itself allows, whatever the control plane asks. */
export interface SitePolicy {
  /** Whether `equipment/tag` may be written. */
  mayWrite(tag: string): boolean;
}

/** Nothing may be written. */
export const closedPolicy: SitePolicy = { mayWrite: () => false };

/**
 * Reads `site-policy.yaml` of the data directory:
 *
 *     writes:
 *       allow: [battery/*, pump/speed]
 *
 * A missing file or list means that nothing may be written. A file that cannot be understood is an error, so that a slip
 * of the pen opens nothing.
 */
export async function readSitePolicy(files: Files): Promise<SitePolicy> {
  const bytes = await files.read('site-policy:read', FILE);
  if (bytes === undefined) return closedPolicy;
  const { parse } = await import('yaml');
  return policyOf(parse(Buffer.from(bytes).toString('utf8')) as unknown);
}

/** `equipment/tag` of a connector that it lets be written: writable by its definition and allowed by the site. */
export function writableTags(policy: SitePolicy, workload: Workload): string[] {
  if (workload.kind !== 'connector') return [];
  const { equipment, tags } = workload.connector;
  return tags
    .filter((tag) => tag.writable)
    .map((tag) => `${equipment}/${tag.name}`)
    .filter(policy.mayWrite);
}

function policyOf(file: unknown): SitePolicy {
  if (file === null || file === undefined) return closedPolicy;
  const writes = field(file, 'writes', ['writes']);
  if (writes === undefined) return closedPolicy;
  const allow = field(writes, 'allow', ['allow']);
  if (allow === undefined || allow === null) return closedPolicy;
  if (!Array.isArray(allow) || !allow.every((entry) => typeof entry === 'string' && pattern.test(entry))) {
    throw wrong('writes.allow is a list of equipment/tag or equipment/*');
  }
  const allowed = new Set<string>(allow);
  return { mayWrite: (tag) => allowed.has(tag) || allowed.has(`${tag.split('/')[0]}/*`) };
}

const pattern = /^[a-z0-9][a-z0-9-]{0,62}\/(\*|[A-Za-z0-9][A-Za-z0-9_.-]{0,62})$/;

function field(value: unknown, name: string, known: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('it is writes: {allow: […]}');
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) throw wrong(`"${other}" is not known; it is writes: {allow: […]}`);
  return (value as Record<string, unknown>)[name];
}

function wrong(message: string): EdgeError {
  return new EdgeError('bad-request', `${FILE} cannot be understood: ${message}.`, {
    where: FILE,
    hint: 'Correct the file and start the agent again; until then nothing is written to equipment.',
  });
}
