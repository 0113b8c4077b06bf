import { changeHash, FIRST_HASH } from './next-changes.ts';
import type { Store } from './port.ts';

const PAGE = 500;

export type ChainVerdict =
  | { kind: 'whole'; changes: number; hash: string }
  | { kind: 'broken'; number: number; because: string };

/** Reads the whole change log and says whether every entry follows from the one before it, from the first on. */
export async function verifyChain(store: Store): Promise<ChainVerdict> {
  let number = 0;
  let last = FIRST_HASH;
  for (;;) {
    const page = await store.changes({ after: number, limit: PAGE });
    for (const { hash, previousHash, ...change } of page) {
      if (change.number !== number + 1) return broken(number + 1, 'this entry is missing');
      if (previousHash !== last) return broken(change.number, 'it does not follow the entry before it');
      if (changeHash(previousHash, change) !== hash) return broken(change.number, 'its content is not what was hashed');
      number = change.number;
      last = hash;
    }
    if (page.length < PAGE) return { kind: 'whole', changes: number, hash: last };
  }
}

function broken(number: number, because: string): ChainVerdict {
  return { kind: 'broken', number, because };
}
