export interface SegmentFacts {
  readonly segment: number;
  readonly bytes: number;
  /** Bytes of records in it that are still kept. */
  readonly liveBytes: number;
  /** Whether its head, with everything that replaces older segments, is known to have survived a sync. */
  readonly complete: boolean;
}

export interface SegmentPlan {
  /** These hold nothing that counts. */
  readonly remove: readonly number[];
  /** Copy what is kept in this one to the end of the log, then it holds nothing. */
  readonly copyForward: number | undefined;
}

/** Closed segments that may exist beside those that the kept bytes need. */
export const SPARE_SEGMENTS = 16;

/**
 * Which closed segments to give back, `closed` being in order. The newest complete one stays, with all that follow: so damage
 * to the head of the next one loses nothing. Copying begins when less than half of the bytes is kept, at the segment with the
 * smallest kept share, so the disk never holds more than twice the kept bytes and a few segments, and each byte is copied
 * about once; or when restarts have left many small segments, at the smallest.
 */
export function planSegments(closed: readonly SegmentFacts[], segmentBytes: number): SegmentPlan {
  const older = closed.slice(
    0,
    Math.max(
      0,
      closed.findLastIndex((each) => each.complete),
    ),
  );
  const empty = closed.slice(older.length).filter((each) => each.bytes === 0);
  const remove = [...older, ...empty].filter((each) => each.liveBytes === 0).map((each) => each.segment);
  const left = older.filter((each) => each.liveBytes > 0);
  const bytes = sum(left.map((each) => each.bytes));
  const live = sum(left.map((each) => each.liveBytes));
  const by = (value: (each: SegmentFacts) => number) =>
    left.reduce<SegmentFacts | undefined>(
      (least, each) => (least && value(least) <= value(each) ? least : each),
      undefined,
    );
  if (bytes > 2 * live + segmentBytes)
    return { remove, copyForward: by((each) => each.liveBytes / each.bytes)?.segment };
  const most = SPARE_SEGMENTS + Math.ceil((2 * live) / segmentBytes);
  return { remove, copyForward: left.length > most ? by((each) => each.bytes)?.segment : undefined };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
