import { EdgeError } from '../../contracts/errors.ts';
import { planSegments } from '../../core/journal/plan-segments.ts';
import type { Files } from '../system/files.ts';
import type { Random } from '../system/random.ts';
import { copyForward, type MissingRecord } from './copy-forward.ts';
import type { JournalContents } from './journal-contents.ts';
import type { SegmentLog } from './segment-log.ts';
import type { StreamIndex } from './stream-index.ts';

/** Keeps the disk small: called between two groups, never while one is written. */
export interface Tidying {
  /** Gives back what holds nothing any more, and empties at most one segment; `again` when another call would do more. */
  tidy(): Promise<{ readonly missing: readonly MissingRecord[]; readonly again: boolean }>;
  /** Positions written and synced; the frame also proves to the next process that those before it were. */
  settle(): Promise<void>;
}

/** Room for the positions when the disk is full: without it, nothing could be given back there. */
export const RESERVE_BYTES = 64 * 1024;
const RESERVE_FILE = 'reserve';

export interface TidyingFacts {
  readonly files: Files;
  readonly random: Random;
  readonly contents: JournalContents;
  readonly log: SegmentLog;
  /** Streams whose positions are newer than the log says. */
  readonly moved: Set<StreamIndex>;
  readonly segmentBytes: number;
  readonly reserveBytes: number;
}

export function createTidying({
  files,
  random,
  contents,
  log,
  moved,
  segmentBytes,
  reserveBytes,
}: TidyingFacts): Tidying {
  let reserved = false;
  const settle = async () => {
    await log.write([[...moved].map((index) => index.position())], true);
    moved.clear();
  };
  /** What is given back was made needless by positions, so these go first; on a full disk into the reserve. */
  const settleFirst = async () => {
    if (moved.size === 0 && log.synced()) return;
    try {
      await settle();
    } catch (error) {
      if (!(error instanceof EdgeError && error.code === 'disk-full')) throw error;
      reserved = false;
      if (!(await files.remove('journal:reserve', RESERVE_FILE))) throw error;
      await settle();
    }
  };
  const reserve = async () => {
    if (reserved || !log.growing()) return;
    try {
      const kept = (await files.list('journal:reserve', '')).some(({ name }) => name === RESERVE_FILE);
      // Bytes that no file system can compress.
      if (!kept) await files.writeDurable('journal:reserve', RESERVE_FILE, random.bytes(reserveBytes));
      reserved = true;
    } catch (error) {
      if (!(error instanceof EdgeError && error.code === 'disk-full')) throw error;
    }
  };
  return {
    settle,
    tidy: async () => {
      const closed = log.closed().map((each) => ({ ...each, liveBytes: contents.liveBytes(each.segment) }));
      const plan = planSegments(closed, segmentBytes);
      if (plan.remove.length > 0) await settleFirst();
      for (const segment of plan.remove) await log.remove(segment);
      await reserve();
      const source = closed.find(({ segment }) => segment === plan.copyForward);
      if (source === undefined) return { missing: [], again: false };
      return { missing: await copyForward(source, contents, log), again: true };
    },
  };
}
