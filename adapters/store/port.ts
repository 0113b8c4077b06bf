import type { Change } from '../../contracts/changes.ts';
import type { Dropped, RecordBody, StreamRecord } from '../../contracts/records.ts';
import type { Kind, Resource } from '../../contracts/resource.ts';
import type { StoredRecord, StreamView } from '../../contracts/views.ts';

/** One change of one resource. `expected` is the generation it must have now (0: must not exist). `put: null` deletes. */
export interface ResourceWrite {
  kind: Kind;
  name: string;
  expected: number;
  put: { labels: Record<string, string>; spec: unknown } | null;
}

/** Internal documents of the control plane (releases, rollouts, manifests, reports …): no log, last write wins, `null` removes. */
export interface DocumentWrite {
  collection: string;
  key: string;
  body: unknown | null;
}

/** Everything of one commit happens or nothing does, and it is durable when the promise resolves. */
export interface Commit {
  actor: string;
  at: number;
  because?: string | undefined;
  /** Each resource at most once; two writes of one resource are EdgeError 'bad-request'. */
  resources?: readonly ResourceWrite[];
  documents?: readonly DocumentWrite[];
}

export interface DocumentQuery {
  after?: string;
  limit?: number;
  /** Only keys that begin with this. */
  prefix?: string;
}

export interface ChangeQuery {
  after?: number;
  before?: number;
  limit: number;
  kind?: Kind;
  name?: string;
}

/**
 * Resources, their hash-chained change log, and documents. Rejects with EdgeError 'conflict' (naming the resource)
 * when a generation is not the expected one, 'disk-full' when it cannot be made durable; then nothing changed.
 * Reads see every commit that has resolved. Lists are in the order of their names or keys (by code unit).
 */
export interface Store {
  getResource<K extends Kind>(kind: K, name: string): Promise<Resource<K> | undefined>;
  listResources<K extends Kind>(kind: K, options?: { after?: string; limit?: number }): Promise<Resource<K>[]>;
  getDocument(collection: string, key: string): Promise<unknown | undefined>;
  listDocuments(collection: string, query?: DocumentQuery): Promise<{ key: string; body: unknown }[]>;
  /** Gives the log entries that it wrote, in order. */
  commit(commit: Commit): Promise<Change[]>;
  /** Oldest first with `after`; newest first otherwise, below `before` when it is given. */
  changes(query: ChangeQuery): Promise<Change[]>;
}

export interface AppendRecords {
  node: string;
  stream: string;
  incarnation: string;
  records: readonly StreamRecord[];
  dropped: readonly Dropped[];
  at: number;
}

export interface AppendedRecords {
  /** The highest number of the stream without a gap. */
  upTo: number;
  stored: StreamRecord[];
  duplicates: number;
}

/** Kinds of records that may be read across streams and nodes, because an index holds them. */
export const listedKinds = ['event', 'alarm'] as const satisfies readonly RecordBody['kind'][];

export interface RecordQuery {
  node?: string;
  stream?: string;
  incarnation?: string;
  kinds?: readonly RecordBody['kind'][];
  flow?: string;
  step?: string;
  /** Only greater numbers. */
  after?: number;
  /** Source time in ms, from … to, both included. */
  from?: number;
  to?: number;
  /** Only records that the node journalled before this wall time. */
  atBefore?: number;
  /** Only the newest so many of what matches. */
  newest?: number;
  limit: number;
}

/** Streams (with all their incarnations) that one node may have, so that no node fills the store with names. */
export const STREAMS_PER_NODE_MAX = 500;

/** Records of streams. Number and data are stored in one transaction, so a batch that comes again changes nothing. */
export interface RecordStore {
  /**
   * Stores what is new and contiguous (declared drops count as present), ignores what is already there, and stops at
   * the first gap. Resolves, when durable, with the highest number without a gap, and what was new.
   * Rejects with 'disk-full', and 'too-many' when the node has STREAMS_PER_NODE_MAX streams; then nothing changed.
   */
  append(batch: AppendRecords): Promise<AppendedRecords>;
  /**
   * Oldest first: by incarnation (in the order in which they came) and number with `stream`, otherwise by the wall time
   * at the node. Without `stream`, `kinds` must be given and be listed kinds, else 'bad-request'.
   */
  read(query: RecordQuery): Promise<StoredRecord[]>;
  positions(node?: string): Promise<StreamView[]>;
  /** Removes records that were stored before this wall time, oldest first, at most `limit`; positions stay. */
  trim(olderThan: number, limit: number): Promise<number>;
}

/** Both stores over one database. */
export interface Database {
  readonly store: Store;
  readonly records: RecordStore;
  /** Waits for what is being committed, then closes. Idempotent; every later call rejects with 'closed'. */
  close(): Promise<void>;
}
