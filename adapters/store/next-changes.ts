import { createHash } from 'node:crypto';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { Change } from '../../contracts/changes.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Resource } from '../../contracts/resource.ts';
import type { Commit, ResourceWrite } from './port.ts';

/** The hash before the first change. */
export const FIRST_HASH = '0'.repeat(64);

/** SHA-256 over the previous hash and the canonical JSON of the change without its two hashes. */
export function changeHash(previousHash: string, change: Omit<Change, 'hash' | 'previousHash'>): string {
  return createHash('sha256').update(previousHash).update(canonicalJson(change)).digest('hex');
}

/** The last entry of the log. */
export interface LogEnd {
  number: number;
  hash: string;
}

/**
 * The log entries that a commit writes after `end`, given what is there now. Throws 'conflict' when a generation is not
 * the expected one and 'bad-request' when a resource is named twice; nothing has been written then.
 */
export function nextChanges(commit: Commit, current: readonly (Resource | undefined)[], end: LogEnd): Change[] {
  const seen = new Set<string>();
  let { number, hash } = end;
  return (commit.resources ?? []).map((write, index) => {
    const before = current[index];
    const id = `${write.kind}/${write.name}`;
    if (seen.has(id)) throw new EdgeError('bad-request', `${id} is written twice in one commit.`, { where: id });
    seen.add(id);
    assertExpected(write, before);
    number += 1;
    const change = {
      number,
      at: commit.at,
      actor: commit.actor,
      action:
        write.put === null ? ('deleted' as const) : before === undefined ? ('created' as const) : ('updated' as const),
      kind: write.kind,
      name: write.name,
      before: before === undefined ? null : plain(before),
      after: write.put === null ? null : plain(resourceAfter(write, write.put, before, commit.at)),
      ...(commit.because === undefined ? {} : { because: commit.because }),
    };
    const previousHash = hash;
    hash = changeHash(previousHash, change);
    return { ...change, previousHash, hash };
  });
}

function assertExpected(write: ResourceWrite, before: Resource | undefined): void {
  const generation = before?.generation ?? 0;
  if (generation === write.expected && !(write.put === null && before === undefined)) return;
  const id = `${write.kind} ${write.name}`;
  const message =
    before === undefined
      ? `${id} is not there${write.expected === 0 ? '' : ' any more'}.`
      : write.expected === 0
        ? `${id} is there already.`
        : `${id} changed meanwhile: it has generation ${generation}, not ${write.expected}.`;
  throw new EdgeError('conflict', message, { where: `${write.kind}/${write.name}` });
}

function resourceAfter(
  write: ResourceWrite,
  put: NonNullable<ResourceWrite['put']>,
  before: Resource | undefined,
  at: number,
): Resource {
  return {
    kind: write.kind,
    name: write.name,
    labels: put.labels,
    spec: put.spec as Resource['spec'],
    generation: write.expected + 1,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  };
}

/** What JSON keeps of it, so that the hash of what is read back is the hash of what was written. */
function plain(resource: Resource): NonNullable<Change['after']> {
  return JSON.parse(JSON.stringify(resource)) as NonNullable<Change['after']>;
}
