import type { Checkpoint, Dropped, ObservedStream, StreamPolicy, StreamRecord } from '../../contracts/records.ts';
import type { Publication } from '../../contracts/runner.ts';

/** Larger records and checkpoints are EdgeError `too-large`, as JSON in UTF-8. */
export const RECORD_BYTES_MAX = 512 * 1024;
export const CHECKPOINT_BYTES_MAX = 1024 * 1024;
/** Records in one batch; more are EdgeError `too-large`. */
export const BATCH_RECORDS_MAX = 10_000;
/** Bytes of one batch; more are EdgeError `too-large`. */
export const BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** Bytes of batches that wait for the disk; beyond that `append` rejects with EdgeError `too-many`. */
export const QUEUED_BYTES_MAX = 32 * 1024 * 1024;
/** Streams of one node; a record for one more is EdgeError `too-many`. */
export const STREAMS_MAX = 200;
/** Checkpoints that are kept; the one written longest ago gives way. */
export const CHECKPOINTS_MAX = 256;

/**
 * What a node has to tell, kept until the control plane has stored it. An append that resolved survives SIGKILL and power
 * loss; one that rejected left nothing. The outcome is open, all of the batch or nothing of it, only when the process ends
 * before an append answered, or when it rejected with `disk-failed` and the process ends before another one resolved.
 */
export interface Journal {
  /**
   * Keeps the batch as a whole, with its checkpoint, or nothing of it; resolves when it would survive power loss. Batches are
   * numbered in the order of the calls. A stream that is full follows its policy: the answer says which records it refused
   * and which it gave up for this batch. Not to be repeated after it resolved: that would keep the batch twice. EdgeError
   * `disk-full` and `disk-failed`: try again later, nothing needs to be reopened.
   */
  append(batch: Batch): Promise<Appended>;
  /**
   * The records after `after`, in order, and the numbers among them that were given up: together they cover every number from
   * `after` (or from the acknowledged one, if that is higher) to the last one mentioned. Empty when there are none yet.
   */
  read(stream: string, after: number, limits: ReadLimits): Promise<StreamPart>;
  /** The control plane has stored everything up to `upTo`: its room may be used again. May be repeated; after a crash it may
   * be forgotten. EdgeError `bad-request` when no such number was given. */
  acknowledge(stream: string, upTo: number): Promise<void>;
  /** Replaces the policies of all streams; one that is not named has the default of `StreamPolicy`. */
  setPolicies(policies: Readonly<Record<string, StreamPolicy>>): void;
  /** Every stream, in order of its name. */
  observe(): ObservedStream[];
  /** The newest checkpoint of each workload. */
  checkpoints(): Checkpoint[];
  /** Waits for what was appended, then lets go of the files; afterwards every call is EdgeError `closed`. May be repeated. */
  close(): Promise<void>;
}

export interface Batch {
  readonly records: readonly Publication[];
  readonly checkpoint: Checkpoint | null;
}

export interface Appended {
  /** For each record of the batch its number, or `null` when its stream refused it. */
  readonly numbers: readonly (number | null)[];
  /** What streams gave up to make room for this batch. */
  readonly dropped: readonly (Dropped & { readonly stream: string })[];
}

export interface ReadLimits {
  /** Also the most ranges of dropped numbers. */
  readonly maxRecords: number;
  /** Bytes of the records' JSON; the first record comes also when it alone is larger. */
  readonly maxBytes: number;
}

export interface StreamPart {
  readonly records: StreamRecord[];
  readonly dropped: Dropped[];
}
