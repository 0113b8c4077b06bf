import type { Change } from '../../../contracts/changes.ts';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Kind, Resource } from '../../../contracts/resource.ts';
import { FIRST_HASH, nextChanges } from '../next-changes.ts';
import type { Commit, Database, Store } from '../port.ts';
import { memoryRecords } from './memory-records.ts';

/** Both stores in memory: for tests, simulations and demonstrations. Whoever holds it holds the data. */
export interface MemoryDatabase extends Database {
  /** From now on every write rejects with `error`, as a full disk makes it; `undefined` ends that. */
  failWrites(error: EdgeError | undefined): void;
  /** What a control plane that starts again after a crash finds: the same data; calls through the old one never answer. */
  crash(): MemoryDatabase;
}

/** What outlives a process. */
interface Kept {
  readonly resources: Map<string, Resource>;
  readonly documents: Map<string, Map<string, string>>;
  readonly changes: Change[];
  readonly records: ReturnType<typeof memoryRecords>;
}

const never = new Promise<never>(() => {});

export function memoryDatabase(): MemoryDatabase {
  return databaseOf({ resources: new Map(), documents: new Map(), changes: [], records: memoryRecords() });
}

function databaseOf(kept: Kept): MemoryDatabase {
  let failing: EdgeError | undefined;
  let closed = false;
  let crashed = false;

  // Every call answers later, as a disk does, and acts at once when it does.
  const act = async <T>(does: 'read' | 'write', body: () => T): Promise<T> => {
    await Promise.resolve();
    if (crashed) return never;
    if (closed) throw new EdgeError('closed', 'The store is closed.');
    if (does === 'write' && failing !== undefined) throw failing;
    return structuredClone(body());
  };

  return {
    store: storeOf(kept, act),
    records: {
      append: (batch) => act('write', () => kept.records.append(batch)),
      read: (query) => act('read', () => kept.records.read(query)),
      positions: (node) => act('read', () => kept.records.positions(node)),
      trim: (olderThan, limit) => act('write', () => kept.records.trim(olderThan, limit)),
    },
    close: async () => {
      closed = true;
    },
    failWrites: (error) => {
      failing = error;
    },
    crash: () => {
      crashed = true;
      return databaseOf(kept);
    },
  };
}

function storeOf(kept: Kept, act: <T>(does: 'read' | 'write', body: () => T) => Promise<T>): Store {
  const { resources, documents, changes } = kept;
  const idOf = (kind: Kind, name: string) => `${kind}/${name}`;

  const commit = (commit: Commit): Change[] => {
    const writes = commit.resources ?? [];
    const current = writes.map((write) => resources.get(idOf(write.kind, write.name)));
    const last = changes.at(-1);
    const made = nextChanges(commit, current, { number: last?.number ?? 0, hash: last?.hash ?? FIRST_HASH });
    // Serialised before anything is changed: what cannot be written changes nothing.
    const bodies = (commit.documents ?? []).map((write) => (write.body === null ? null : JSON.stringify(write.body)));
    for (const change of made) {
      const id = idOf(change.kind, change.name);
      if (change.after === null) resources.delete(id);
      else resources.set(id, change.after as unknown as Resource);
      changes.push(change);
    }
    for (const [index, write] of (commit.documents ?? []).entries()) {
      const collection = documents.get(write.collection) ?? new Map<string, string>();
      documents.set(write.collection, collection);
      const body = bodies[index];
      if (body === null || body === undefined) collection.delete(write.key);
      else collection.set(write.key, body);
    }
    return made;
  };

  return {
    getResource: <K extends Kind>(kind: K, name: string) =>
      act('read', () => resources.get(idOf(kind, name)) as Resource<K> | undefined),
    listResources: <K extends Kind>(kind: K, options: { after?: string; limit?: number } = {}) =>
      act('read', () => {
        const found = [...resources.values()].filter((one) => one.kind === kind) as unknown as Resource<K>[];
        return pageOf(found, (one) => one.name, options);
      }),
    getDocument: (collection, key) => act('read', () => parsed(documents.get(collection)?.get(key))),
    listDocuments: (collection, query = {}) =>
      act('read', () => {
        const entries = [...(documents.get(collection) ?? new Map<string, string>()).entries()];
        const found = entries.filter(([key]) => key.startsWith(query.prefix ?? ''));
        return pageOf(found, ([key]) => key, query).map(([key, body]) => ({ key, body: JSON.parse(body) as unknown }));
      }),
    commit: (one) => act('write', () => commit(one)),
    changes: ({ after, before, limit, kind, name }) =>
      act('read', () => {
        const found = changes.filter(
          (change) =>
            (after === undefined || change.number > after) &&
            (before === undefined || change.number < before) &&
            (kind === undefined || change.kind === kind) &&
            (name === undefined || change.name === name),
        );
        return (after === undefined ? found.toReversed() : found).slice(0, limit);
      }),
  };
}

function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  { after, limit }: { after?: string; limit?: number },
) {
  const sorted = items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const from = after === undefined ? sorted : sorted.filter((item) => key(item) > after);
  return limit === undefined ? from : from.slice(0, limit);
}

function parsed(body: string | undefined): unknown {
  return body === undefined ? undefined : JSON.parse(body);
}
