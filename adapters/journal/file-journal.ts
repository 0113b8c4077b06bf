import { EdgeError } from '../../contracts/errors.ts';
import { planExpiry } from '../../core/journal/plan-expiry.ts';
import { planSegments } from '../../core/journal/plan-segments.ts';
import type { Clock } from '../system/clock.ts';
import type { Files } from '../system/files.ts';
import type { Random } from '../system/random.ts';
import { copyForward, type MissingRecord } from './copy-forward.ts';
import { type EncodedBatch, encodeBatch } from './encode-batch.ts';
import { createGroup } from './group.ts';
import { createJournalContents, type JournalContents } from './journal-contents.ts';
import { type Appended, type Journal, QUEUED_BYTES_MAX, type StreamPart } from './port.ts';
import { readPart } from './read-part.ts';
import { type Recovery, recoverJournal } from './recover-journal.ts';
import { createSegmentLog, SEGMENT_BYTES, type SegmentLog } from './segment-log.ts';
import type { StreamIndex } from './stream-index.ts';
import { streamPolicies } from './stream-policies.ts';

/** What goes to the disk with one sync: enough to make its cost small, not so much that the first waits long. */
const GROUP_BYTES_MAX = 1024 * 1024;
const GROUP_BATCHES_MAX = 10_000;
/** How often records that are too old are looked for. */
const EXPIRY_EVERY_MS = 10_000;
/** How often a read looks again when segments move under it. */
const READ_TRIES = 5;

export interface FileJournal extends Journal {
  /** What was found when it was opened. */
  readonly recovery: Recovery;
}

export interface FileJournalFacts {
  /** The journal's own folder. */
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly segmentBytes?: number;
}

interface Waiting {
  readonly batch: EncodedBatch;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the journal in a folder, or makes one; EdgeError `in-use` while another process has it open. One log serves all
 * streams: what arrives while the disk syncs goes out together with the next sync.
 */
export async function openFileJournal(facts: FileJournalFacts): Promise<FileJournal> {
  const { files, segmentBytes = SEGMENT_BYTES } = facts;
  const lock = await files.lock('journal:lock', 'lock');
  try {
    const policies = streamPolicies();
    const contents = createJournalContents(policies, facts.random.id());
    const { recovery, unproved, ...found } = await recoverJournal(files, contents);
    const head: Parameters<typeof createSegmentLog>[0]['head'] = (before) => [
      [{ type: 'head', incarnation: contents.incarnation, closed: before }],
      ...contents.snapshot(),
    ];
    const log = createSegmentLog({ files, segmentBytes, head, ...found });
    if (unproved !== undefined) await proveTail(unproved, contents, log);
    const writer = createWriter({ ...facts, segmentBytes }, contents, policies, log);
    return { ...journalOf(contents, policies, log, writer, () => lock.release()), recovery };
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

/**
 * Writes again what a sync that failed just before the process ended may have left in the system's memory only, where it
 * can be read and is gone with the power. On a full disk it stays where it is.
 */
async function proveTail(
  tail: { segment: number; from: number; bytes: number },
  contents: JournalContents,
  log: SegmentLog,
): Promise<void> {
  try {
    await copyForward(tail, contents, log);
  } catch (error) {
    if (!(error instanceof EdgeError && error.code === 'disk-full')) throw error;
  }
}

type Policies = ReturnType<typeof streamPolicies>;
type Writer = ReturnType<typeof createWriter>;

/** The one loop that writes: takes what waits, one group after the other, and tidies the segments in between. */
function createWriter(
  facts: Required<FileJournalFacts>,
  contents: JournalContents,
  policies: Policies,
  log: SegmentLog,
) {
  const { clock, segmentBytes } = facts;
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  const acknowledgements = new Map<StreamIndex, number>();
  const moved = new Set<StreamIndex>();
  let missing: MissingRecord[] = [];
  let afterTurn: (() => void)[] = [];
  let expiryDue = false;
  let tidyDue = true;
  let running: Promise<void> | undefined;

  const takeBatches = (): Waiting[] => {
    let bytes = 0;
    let count = 0;
    for (; count < Math.min(queue.length, GROUP_BATCHES_MAX) && bytes < GROUP_BYTES_MAX; count++) {
      bytes += queue[count]!.batch.bytes;
    }
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    queuedBytes -= bytes;
    return taken;
  };
  const turn = async () => {
    for (const [index, upTo] of acknowledgements) {
      index.acknowledge(upTo);
      moved.add(index);
    }
    tidyDue ||= acknowledgements.size > 0;
    acknowledgements.clear();
    const waiters = afterTurn;
    afterTurn = [];

    const now = clock.now();
    const group = createGroup(contents, policies, now);
    let sync = false;
    for (const { index, record } of missing) {
      const place = index.placeOf(record.number);
      if (place?.segment !== record.segment || place.offset !== record.offset) continue;
      group.giveUp(index, [record.number], 'corrupt');
      sync = true;
    }
    missing = [];
    for (const index of expiryDue ? contents.streams() : []) {
      const { maxAgeMs } = policies.of(index.stream);
      const expired = maxAgeMs === undefined ? [] : planExpiry(index.kept(), maxAgeMs, now);
      group.giveUp(index, expired, 'expired');
      sync ||= expired.length > 0;
    }
    expiryDue = false;
    for (const index of moved) group.touch(index);
    const answers: { waiting: Waiting; appended: Appended }[] = [];
    for (const waiting of takeBatches()) {
      try {
        answers.push({ waiting, appended: group.add(waiting.batch) });
      } catch (error) {
        waiting.reject(error);
      }
    }
    sync ||= answers.length > 0;
    const frames = group.frames();
    try {
      if (frames.length > 0) group.commit(await log.write(frames, sync));
      moved.clear();
      tidyDue ||= log.retired() || answers.some(({ appended }) => appended.dropped.length > 0);
      for (const { waiting, appended } of answers) waiting.resolve(appended);
    } catch (error) {
      group.undo();
      for (const { waiting } of answers) {
        countRefused(waiting.batch);
        waiting.reject(error);
      }
    }
    for (const waiter of waiters) waiter();
  };
  const countRefused = (batch: EncodedBatch) => {
    for (const { stream } of batch.items) {
      const index = contents.obtain(stream);
      index.refuse();
      index.commit();
      moved.add(index);
    }
  };

  /** Gives back what holds nothing any more, when what made it so survives power loss. */
  const tidy = async () => {
    tidyDue = false;
    const closed = log.closed().map((each) => ({ ...each, liveBytes: contents.liveBytes(each.segment) }));
    const plan = planSegments(closed, segmentBytes);
    let settled = false;
    for (const segment of plan.remove) {
      if (!settled) settled = await trySettle();
      await (settled ? log.remove(segment) : log.retire(segment));
    }
    if (log.retired() && (settled || (await trySettle()))) await log.forgetRetired();
    const source = closed.find(({ segment }) => segment === plan.copyForward);
    if (source === undefined) return;
    missing.push(...(await copyForward(source, contents, log)));
    tidyDue = true;
  };
  /** False on a full disk: there room comes first, and acknowledgements are written when one file is gone. */
  const trySettle = async (): Promise<boolean> => {
    if (moved.size === 0 && log.synced()) return true;
    try {
      await settle();
      return true;
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'disk-full') return false;
      throw error;
    }
  };
  /** Positions written and synced; the frame also proves to the next process that those before it were. */
  const settle = async () => {
    await log.write([[...moved].map((index) => index.position())], true);
    moved.clear();
  };
  const hasWork = () =>
    queue.length + acknowledgements.size + missing.length + afterTurn.length > 0 || expiryDue || tidyDue;
  const run = async () => {
    // What comes within this turn of the event loop goes into the first group.
    await Promise.resolve();
    while (hasWork()) {
      await turn();
      if (!tidyDue) continue;
      try {
        await tidy();
      } catch {
        // The segments stay as they are; the next acknowledgement or full stream tries again.
        tidyDue = false;
      }
    }
    running = undefined;
  };
  const wake = () => {
    running ??= run();
  };
  const expiry = () => {
    expiryDue = true;
    wake();
    timer = clock.setTimer(EXPIRY_EVERY_MS, expiry);
  };
  let timer = clock.setTimer(EXPIRY_EVERY_MS, expiry);

  return {
    append: (batch: EncodedBatch): Promise<Appended> =>
      new Promise((resolve, reject) => {
        if (queuedBytes + batch.bytes > QUEUED_BYTES_MAX && queue.length > 0) {
          const message = `${queuedBytes} bytes of records wait for the disk; no more are taken.`;
          return reject(new EdgeError('too-many', message, { hint: 'Wait for what was appended, then go on.' }));
        }
        queue.push({ batch, resolve, reject });
        queuedBytes += batch.bytes;
        wake();
      }),
    acknowledge: (index: StreamIndex, upTo: number): Promise<void> =>
      new Promise((resolve) => {
        acknowledgements.set(index, Math.max(upTo, acknowledgements.get(index) ?? 0));
        afterTurn.push(resolve);
        wake();
      }),
    declareMissing: (records: readonly MissingRecord[]): Promise<void> =>
      new Promise((resolve) => {
        missing.push(...records);
        afterTurn.push(resolve);
        wake();
      }),
    close: async () => {
      timer.cancel();
      await running;
      if (log.growing() || moved.size > 0) await settle().catch(() => undefined);
      await log.close();
    },
  };
}

function journalOf(
  contents: JournalContents,
  policies: Policies,
  log: SegmentLog,
  writer: Writer,
  release: () => Promise<void>,
): Journal {
  let closing: Promise<void> | undefined;
  const open = () => {
    if (closing !== undefined) throw new EdgeError('closed', 'The journal is closed.');
  };
  const read = async (
    index: StreamIndex,
    after: number,
    limits: { maxRecords: number; maxBytes: number },
  ): Promise<StreamPart> => {
    for (let tries = 0; tries < READ_TRIES; tries++) {
      const found = await readPart(index, after, limits, log);
      if (found.kind === 'read') return found.part;
      const moved = found.records.some(({ number, segment, offset }) => {
        const place = index.placeOf(number);
        return place?.segment !== segment || place.offset !== offset;
      });
      if (!moved) await writer.declareMissing(found.records.map((record) => ({ index, record })));
    }
    return { records: [], dropped: [] };
  };
  return {
    append: async (batch) => {
      open();
      return writer.append(encodeBatch(batch));
    },
    read: async (stream, after, limits) => {
      open();
      const index = contents.find(stream);
      return index === undefined ? { records: [], dropped: [] } : read(index, after, limits);
    },
    acknowledge: async (stream, upTo) => {
      open();
      const index = contents.find(stream);
      if (upTo > (index?.durable() ?? 0) || !Number.isInteger(upTo)) {
        throw new EdgeError('bad-request', `${stream} has no record ${upTo} that could be acknowledged.`);
      }
      if (index !== undefined) await writer.acknowledge(index, upTo);
    },
    setPolicies: (named) => {
      open();
      policies.set(named);
    },
    observe: () => {
      open();
      return contents.observe();
    },
    checkpoints: () => {
      open();
      return contents.checkpoints();
    },
    close: () => {
      closing ??= writer.close().then(release);
      return closing;
    },
  };
}
