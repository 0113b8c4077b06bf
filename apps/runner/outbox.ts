import type { Clock, Timer } from '../../adapters/system/clock.ts';
import type { Checkpoint } from '../../contracts/records.ts';
import type { Publication } from '../../contracts/runner.ts';

/** Records of one flow that may wait for the journal; while it takes none, newer ones are counted and not kept. */
export const WAITING_MAX = 10_000;
/** Records wait so long for others of their batch. */
const GATHER_MS = 20;
/** Without records, what a flow has gathered is kept this often. */
const CHECKPOINT_EVERY_MS = 5000;
const RETRY_MS = 1000;

/** How a batch ended: taken, or not and why. */
export type BatchOutcome = { kind: 'journalled' } | { kind: 'not-journalled'; code: string; because: string };

/**
 * The way of one flow's records to the journal.
 *
 * INVARIANTS
 * - One batch is under way at a time. It holds everything that waits, and a checkpoint of that moment: so a restart goes on
 *   from exactly where the records that were kept end.
 * - A batch that was not taken is sent again, together with what has come since; nothing is sent twice after it was taken.
 */
export interface Outbox {
  /** False when too many wait: the record is not kept. */
  add(record: Publication): boolean;
  /** The flow has taken input since the last checkpoint. */
  touched(): void;
  /** Answer to the batch that is under way. */
  answered(outcome: BatchOutcome): void;
  /** Whose checkpoints go with the batches from now on. */
  setSource(snapshot: () => Checkpoint | null): void;
  /** Records that were not kept since the start. */
  heldBack(): number;
  waiting(): number;
  /** Sends what waits and takes nothing more; resolves when it was answered, or refused. */
  close(): Promise<void>;
}

export function createOutbox(
  clock: Clock,
  send: (records: readonly Publication[], checkpoint: Checkpoint | null) => void,
  log: (text: string) => void,
): Outbox {
  let waiting: Publication[] = [];
  let sent: readonly Publication[] | undefined;
  let dirty = false;
  let heldBack = 0;
  let closed: PromiseWithResolvers<void> | undefined;
  let withCheckpoint = true;
  let timer: Timer | undefined;
  let timerAtMs = Number.POSITIVE_INFINITY;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let snapshot: () => Checkpoint | null = () => null;

  const count = () => waiting.length + (sent?.length ?? 0);
  const flushIn = (ms: number) => {
    const atMs = Math.max(clock.monotonic() + ms, notBeforeMs);
    if (closed !== undefined || sent !== undefined || atMs >= timerAtMs) return;
    timer?.cancel();
    timerAtMs = atMs;
    timer = clock.setTimer(atMs - clock.monotonic(), flush);
  };
  const flush = () => {
    timer?.cancel();
    timerAtMs = Number.POSITIVE_INFINITY;
    if (sent !== undefined || (waiting.length === 0 && !dirty)) return;
    const checkpoint = withCheckpoint ? snapshot() : null;
    dirty = false;
    if (waiting.length === 0 && checkpoint === null) return;
    sent = waiting;
    waiting = [];
    send(sent, checkpoint);
  };
  const refused = (records: readonly Publication[], code: string, because: string) => {
    dirty = true;
    if (code === 'too-large' && !withCheckpoint) {
      log(`${records.length} records are too large to keep: ${because}`);
      heldBack += records.length;
      return flushIn(0);
    }
    waiting = [...records, ...waiting];
    if (code !== 'too-large') {
      notBeforeMs = clock.monotonic() + RETRY_MS;
      return flushIn(RETRY_MS);
    }
    withCheckpoint = false;
    log(`its checkpoint is too large to keep, so a restart begins with empty windows: ${because}`);
    flushIn(0);
  };

  return {
    add: (record) => {
      if (closed !== undefined || count() >= WAITING_MAX) {
        heldBack += 1;
        return false;
      }
      waiting.push(record);
      flushIn(GATHER_MS);
      return true;
    },
    touched: () => {
      if (dirty) return;
      dirty = true;
      flushIn(CHECKPOINT_EVERY_MS);
    },
    answered: (outcome) => {
      const records = sent ?? [];
      sent = undefined;
      if (closed !== undefined) {
        if (outcome.kind === 'journalled' && waiting.length > 0) flush();
        else closed.resolve();
        return;
      }
      if (outcome.kind === 'not-journalled') refused(records, outcome.code, outcome.because);
      else if (waiting.length > 0) flushIn(GATHER_MS);
      else if (dirty) flushIn(CHECKPOINT_EVERY_MS);
    },
    setSource: (next) => {
      snapshot = next;
      withCheckpoint = true;
      dirty = true;
      flushIn(GATHER_MS);
    },
    heldBack: () => heldBack,
    waiting: count,
    close: () => {
      if (closed !== undefined) return closed.promise;
      flush();
      timer?.cancel();
      closed = Promise.withResolvers<void>();
      if (sent === undefined) closed.resolve();
      return closed.promise;
    },
  };
}
