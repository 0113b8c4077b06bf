import type { Dropped } from '../../contracts/records.ts';

/** Numbers `from` to `to`, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What a journal's log consists of. Reading entries again, or older ones before newer ones, changes nothing: records are
 * known by stream and number, positions only grow, a dropped number stays dropped, and the last checkpoint counts.
 */
export type Entry =
  | Head
  | RecordsEntry
  | PositionEntry
  | DroppedEntry
  /** JSON of a `Checkpoint`, as UTF-8. */
  | { readonly type: 'checkpoint'; readonly payload: Uint8Array };

/**
 * Begins a segment. `closed` are the earlier ones that still count, each with the bytes of it that do: what stands behind
 * was never acknowledged. Positions, drops and checkpoints follow the head, so that earlier segments are not needed for them.
 */
export interface Head {
  readonly type: 'head';
  readonly incarnation: string;
  readonly closed: readonly { readonly segment: number; readonly bytes: number }[];
}

/** Records of one stream with consecutive numbers from `first`, all journalled at `at`; payloads are JSON as UTF-8. */
export interface RecordsEntry {
  readonly type: 'records';
  readonly stream: string;
  readonly first: number;
  readonly at: number;
  readonly payloads: readonly Uint8Array[];
}

/** Where a stream stands; every number is a total that only grows. */
export interface PositionEntry {
  readonly type: 'position';
  readonly stream: string;
  readonly published: number;
  readonly acknowledged: number;
  readonly dropped: number;
  readonly refused: number;
}

/** Numbers given up, in ascending order. */
export interface DroppedEntry {
  readonly type: 'dropped';
  readonly stream: string;
  readonly because: Dropped['because'];
  readonly ranges: readonly NumberRange[];
}
