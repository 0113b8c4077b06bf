import { EdgeError } from '../../contracts/errors.ts';
import { planSegments } from '../../core/journal/plan-segments.ts';
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

/** `moved` are the streams whose positions are newer than the log says. */
export function createTidying(
  contents: JournalContents,
  log: SegmentLog,
  moved: Set<StreamIndex>,
  segmentBytes: number,
): Tidying {
  const settle = async () => {
    await log.write([[...moved].map((index) => index.position())], true);
    moved.clear();
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
  return {
    settle,
    tidy: async () => {
      const closed = log.closed().map((each) => ({ ...each, liveBytes: contents.liveBytes(each.segment) }));
      const plan = planSegments(closed, segmentBytes);
      let settled = false;
      for (const segment of plan.remove) {
        if (!settled) settled = await trySettle();
        await (settled ? log.remove(segment) : log.retire(segment));
      }
      if (log.retired() && (settled || (await trySettle()))) await log.forgetRetired();
      const source = closed.find(({ segment }) => segment === plan.copyForward);
      if (source === undefined) return { missing: [], again: false };
      return { missing: await copyForward(source, contents, log), again: true };
    },
  };
}
