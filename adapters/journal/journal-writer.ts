import { planExpiry } from '../../core/journal/plan-expiry.ts';
import type { Clock } from '../system/clock.ts';
import { batchQueue, type WaitingBatch } from './batch-queue.ts';
import type { MissingRecord } from './copy-forward.ts';
import type { EncodedBatch } from './encode-batch.ts';
import { createGroup, type Group } from './group.ts';
import type { JournalContents } from './journal-contents.ts';
import type { Appended } from './port.ts';
import type { StreamIndex } from './stream-index.ts';
import type { StreamPolicies } from './stream-policies.ts';
import { createTidying, type TidyingFacts } from './tidy-segments.ts';

/** How often records that are too old are looked for. */
const EXPIRY_EVERY_MS = 10_000;

/**
 * The one that writes: takes what waits, one group after the other, and tidies the segments in between.
 *
 * INVARIANTS
 * - one group is on its way to the disk at a time; streams change only by it, and by acknowledgements between two groups;
 * - a caller hears of its batch when the next group is on its way, so that what it does then happens while the disk works.
 */
export interface JournalWriter {
  append(batch: EncodedBatch): Promise<Appended>;
  acknowledge(index: StreamIndex, upTo: number): Promise<void>;
  /** Gives up records that the disk did not give back, if they still should stand there. */
  declareMissing(records: readonly MissingRecord[]): Promise<void>;
  close(): Promise<void>;
}

interface WriterFacts extends Omit<TidyingFacts, 'moved'> {
  readonly clock: Clock;
  readonly policies: StreamPolicies;
}

interface PlannedGroup {
  readonly group: Group;
  readonly answers: readonly { readonly waiting: WaitingBatch; readonly appended: Appended }[];
  /** Whether anything in it has to survive power loss before the next step. */
  readonly sync: boolean;
}

export function createJournalWriter(facts: WriterFacts): JournalWriter {
  const { clock, contents, policies, log } = facts;
  const queue = batchQueue();
  const acknowledgements = new Map<StreamIndex, number>();
  const moved = new Set<StreamIndex>();
  const tidying = createTidying({ ...facts, moved });
  let missing: MissingRecord[] = [];
  let afterTurn: (() => void)[] = [];
  let expiryDue = false;
  let tidyDue = true;
  let running: Promise<void> | undefined;

  const applyAcknowledgements = () => {
    tidyDue ||= acknowledgements.size > 0;
    for (const [index, upTo] of acknowledgements) {
      index.acknowledge(upTo);
      moved.add(index);
    }
    acknowledgements.clear();
  };
  const plan = (): PlannedGroup => {
    applyAcknowledgements();
    const now = clock.now();
    const group = createGroup(contents, policies, now);
    const gone = giveUpMissing(group, missing);
    missing = [];
    const expired = expiryDue && giveUpExpired(group, contents, policies, now);
    expiryDue = false;
    for (const index of moved) group.touch(index);
    const answers: { waiting: WaitingBatch; appended: Appended }[] = [];
    for (const waiting of queue.take()) {
      try {
        answers.push({ waiting, appended: group.add(waiting.batch) });
      } catch (error) {
        waiting.reject(error);
      }
    }
    return { group, answers, sync: gone || expired || answers.length > 0 };
  };
  /** Writes the group; the answer tells its callers. */
  const write = async ({ group, answers, sync }: PlannedGroup): Promise<() => void> => {
    const waiters = afterTurn;
    afterTurn = [];
    const frames = group.frames();
    try {
      if (frames.length > 0) group.commit(await log.write(frames, sync));
    } catch (error) {
      group.undo();
      for (const { waiting } of answers) countRefused(contents, waiting.batch, moved);
      return () => {
        for (const { waiting } of answers) waiting.reject(error);
        for (const waiter of waiters) waiter();
      };
    }
    moved.clear();
    tidyDue ||= answers.some(({ appended }) => appended.dropped.length > 0);
    return () => {
      for (const { waiting, appended } of answers) waiting.resolve(appended);
      for (const waiter of waiters) waiter();
    };
  };
  const tidy = async () => {
    tidyDue = false;
    try {
      const tidied = await tidying.tidy();
      missing.push(...tidied.missing);
      tidyDue = tidied.again;
    } catch {
      // The segments stay as they are; the next acknowledgement or full stream tries again.
    }
  };
  const hasWork = () =>
    queue.length() + acknowledgements.size + missing.length + afterTurn.length > 0 || expiryDue || tidyDue;
  const run = async () => {
    // What comes within this turn of the event loop goes into the first groups.
    await Promise.resolve();
    let tellCallers = () => {};
    while (hasWork()) {
      const written = write(plan());
      tellCallers();
      tellCallers = await written;
      if (!tidyDue) continue;
      tellCallers();
      tellCallers = () => {};
      await tidy();
    }
    running = undefined;
    tellCallers();
  };
  const wake = <T>(answer: T): T => {
    running ??= run();
    return answer;
  };
  const turnDone = (): Promise<void> => wake(new Promise((resolve) => afterTurn.push(resolve)));
  const expire = () => {
    expiryDue = true;
    timer = wake(clock.setTimer(EXPIRY_EVERY_MS, expire));
  };
  let timer = clock.setTimer(EXPIRY_EVERY_MS, expire);

  return {
    append: (batch) => wake(queue.add(batch)),
    acknowledge: (index, upTo) => {
      acknowledgements.set(index, Math.max(upTo, acknowledgements.get(index) ?? 0));
      return turnDone();
    },
    declareMissing: (records) => {
      missing.push(...records);
      return turnDone();
    },
    close: async () => {
      timer.cancel();
      await running;
      // What could not be written down is only that some records are sent again.
      if (log.growing() || moved.size > 0) await tidying.settle().catch(() => undefined);
      await log.close();
    },
  };
}

function giveUpMissing(group: Group, missing: readonly MissingRecord[]): boolean {
  const still = missing.filter(({ index, record }) => {
    const place = index.placeOf(record.number);
    return place?.segment === record.segment && place.offset === record.offset;
  });
  for (const { index, record } of still) group.giveUp(index, [record.number], 'corrupt');
  return still.length > 0;
}

function giveUpExpired(group: Group, contents: JournalContents, policies: StreamPolicies, now: number): boolean {
  let found = false;
  for (const index of contents.streams()) {
    const { maxAgeMs } = policies.of(index.stream);
    const expired = maxAgeMs === undefined ? [] : planExpiry(index.kept(), maxAgeMs, now);
    group.giveUp(index, expired, 'expired');
    found ||= expired.length > 0;
  }
  return found;
}

function countRefused(contents: JournalContents, batch: EncodedBatch, moved: Set<StreamIndex>): void {
  for (const { stream } of batch.items) {
    const index = contents.obtain(stream);
    index.refuse();
    index.commit();
    moved.add(index);
  }
}
