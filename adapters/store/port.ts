import type { Change } from '../../contracts/changes.ts';
import type { Dropped, StreamRecord } from '../../contracts/records.ts';
import type { Kind, Resource } from '../../contracts/resource.ts';
import type { StoredRecord, StreamView } from '../../contracts/views.ts';

/** One change of one resource. `expected` is the generation it must have now (0: must not exist). */
export interface ResourceWrite {
  kind: Kind;
  name: string;
  expected: number;
  put: { labels: Record<string, string>; spec: unknown } | null;
}

/** Internal documents of the control plane (releases, rollouts, manifests, reports, keys …): no log, last write wins. */
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
  resources?: readonly ResourceWrite[];
  documents?: readonly DocumentWrite[];
}

/**
 * Resources, their hash-chained change log, and documents. Rejects with EdgeError 'conflict' (naming the resource)
 * when a generation is not the expected one, 'disk-full' when it cannot be made durable; then nothing changed.
 */
export interface Store {
  getResource<K extends Kind>(kind: K, name: string): Promise<Resource<K> | undefined>;
  listResources<K extends Kind>(kind: K, options?: { after?: string; limit?: number }): Promise<Resource<K>[]>;
  getDocument(collection: string, key: string): Promise<unknown | undefined>;
  listDocuments(collection: string, options?: { after?: string; limit?: number }): Promise<{ key: string; body: unknown }[]>;
  /** Gives the log entries that it wrote, in order. */
  commit(commit: Commit): Promise<Change[]>;
  /** Newest first when `before` is given, oldest first after `after`. */
  changes(query: { after?: number; before?: number; limit: number; kind?: Kind; name?: string }): Promise<Change[]>;
  close(): Promise<void>;
}

export interface AppendRecords {
  node: string;
  stream: string;
  incarnation: string;
  records: readonly StreamRecord[];
  dropped: readonly Dropped[];
  at: number;
}

/** Records of streams. Number and data are stored in one transaction, so a batch that comes again changes nothing. */
export interface RecordStore {
  /**
   * Stores what is new and contiguous (declared drops count as present), ignores what is already there, and stops at
   * the first gap. Resolves, when durable, with the highest number without a gap, and what was new.
   */
  append(batch: AppendRecords): Promise<{ upTo: number; stored: StreamRecord[]; duplicates: number }>;
  read(query: {
    node?: string; stream?: string; after?: number; newest?: number; from?: number; to?: number; limit: number;
    flow?: string; step?: string; kind?: string;
  }): Promise<StoredRecord[]>;
  positions(node?: string): Promise<StreamView[]>;
  /** Removes records older than this wall time, oldest first, at most `limit`; positions stay. */
  trim(olderThan: number, limit: number): Promise<number>;
}
