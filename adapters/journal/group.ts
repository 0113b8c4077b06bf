import type { Dropped } from '../../contracts/records.ts';
import type { Entry } from '../../core/journal/entry.ts';
import { numberRanges } from '../../core/journal/number-ranges.ts';
import { planRoom } from '../../core/journal/plan-room.ts';
import { type EncodedBatch, type EncodedCheckpoint, RECORD_OVERHEAD_BYTES } from './encode-batch.ts';
import type { JournalContents } from './journal-contents.ts';
import type { Appended } from './port.ts';
import type { WrittenFrames } from './segment-log.ts';
import type { StreamIndex } from './stream-index.ts';
import type { StreamPolicies } from './stream-policies.ts';

/** A frame is closed at this size: small enough to read one record from it, large enough to cost little. */
const FRAME_BYTES = 64 * 1024;

/** Everything that goes to the disk with one sync: frames that are built while numbers are given, then kept or undone. */
export interface Group {
  /** Gives up numbers of a stream outside of any batch. */
  giveUp(index: StreamIndex, numbers: readonly number[], because: Dropped['because']): void;
  /** Writes where the stream stands. */
  touch(index: StreamIndex): void;
  /** Numbers the records of a batch by the policies of their streams. Throws before anything of it was taken. */
  add(batch: EncodedBatch): Appended;
  frames(): readonly (readonly Entry[])[];
  /** The frames are on the disk: what they say is so. */
  commit(written: WrittenFrames): void;
  /** They are not: nothing happened. */
  undo(): void;
}

interface OpenFrame {
  readonly records: { stream: string; first: number; at: number; payloads: Uint8Array[] }[];
  readonly dropped: Map<StreamIndex, Map<Dropped['because'], number[]>>;
  readonly checkpoints: EncodedCheckpoint[];
  readonly touched: Set<StreamIndex>;
  bytes: number;
}

export function createGroup(contents: JournalContents, policies: StreamPolicies, now: number): Group {
  const closed: { entries: Entry[]; frame: OpenFrame }[] = [];
  let frame = emptyFrame();

  const touch = (index: StreamIndex) => frame.touched.add(index);
  const giveUp: Group['giveUp'] = (index, numbers, because) => {
    if (numbers.length === 0) return;
    index.giveUp(numbers, because);
    touch(index);
    const reasons = frame.dropped.get(index) ?? new Map<Dropped['because'], number[]>();
    frame.dropped.set(index, reasons.set(because, [...(reasons.get(because) ?? []), ...numbers]));
  };
  const addRecord = (index: StreamIndex, payload: Uint8Array, dropped: Map<StreamIndex, Dropped[]>): number | null => {
    const { onFull, maxBytes } = policies.of(index.stream);
    const incomingBytes = payload.length + RECORD_OVERHEAD_BYTES;
    touch(index);
    const room = planRoom({ onFull, maxBytes, usedBytes: index.usedBytes(), incomingBytes, kept: index.kept() });
    if (room.kind === 'refuse') {
      index.refuse();
      return null;
    }
    if (room.drop.length > 0) {
      giveUp(index, room.drop, room.because);
      const ranges = numberRanges(room.drop).map((range) => ({ ...range, because: room.because }));
      dropped.set(index, [...(dropped.get(index) ?? []), ...ranges]);
    }
    const number = index.publish(incomingBytes, now);
    const last = frame.records.at(-1);
    if (last?.stream === index.stream && last.first + last.payloads.length === number) last.payloads.push(payload);
    else frame.records.push({ stream: index.stream, first: number, at: now, payloads: [payload] });
    return number;
  };
  const closeFrame = () => {
    if (frame.touched.size === 0 && frame.checkpoints.length === 0) return;
    closed.push({ entries: entriesOf(frame), frame });
    frame = emptyFrame();
  };

  return {
    giveUp,
    touch,
    add: (batch) => {
      contents.checkRoom(batch.items.map(({ stream }) => stream));
      const indexes = new Map(batch.items.map(({ stream }) => [stream, contents.obtain(stream)]));
      const dropped = new Map<StreamIndex, Dropped[]>();
      const numbers = batch.items.map(({ stream, payload }) => addRecord(indexes.get(stream)!, payload, dropped));
      if (batch.checkpoint !== undefined) frame.checkpoints.push(batch.checkpoint);
      frame.bytes += batch.bytes;
      if (frame.bytes >= FRAME_BYTES) closeFrame();
      const answer = [...dropped].flatMap(([{ stream }, ranges]) => ranges.map((range) => ({ stream, ...range })));
      return { numbers, dropped: answer };
    },
    frames: () => {
      closeFrame();
      return closed.map(({ entries }) => entries);
    },
    commit: ({ segment, offsets }) => {
      for (const [i, each] of closed.entries()) {
        const place = { segment, offset: offsets[i]! };
        for (const { stream, first, payloads } of each.frame.records) {
          const index = contents.obtain(stream);
          for (let number = first; number < first + payloads.length; number++) index.place(number, place);
        }
        for (const checkpoint of each.frame.checkpoints) contents.keepCheckpoint(checkpoint);
      }
      for (const index of touchedBy(closed)) index.commit();
    },
    undo: () => {
      closeFrame();
      for (const index of touchedBy(closed)) index.undo();
    },
  };
}

/** Records before drops, so that one frame can give a number and take it again; positions last, when all is counted. */
function entriesOf(frame: OpenFrame): Entry[] {
  const dropped = [...frame.dropped].flatMap(([{ stream }, reasons]) =>
    [...reasons].map(([because, numbers]): Entry => {
      const ranges = numberRanges(numbers.sort((a, b) => a - b));
      return { type: 'dropped', stream, because, ranges };
    }),
  );
  return [
    ...frame.records.map((records): Entry => ({ type: 'records', ...records })),
    ...dropped,
    ...[...frame.touched].map((index) => index.position()),
    ...frame.checkpoints.map(({ payload }): Entry => ({ type: 'checkpoint', payload })),
  ];
}

function touchedBy(closed: readonly { readonly frame: OpenFrame }[]): Set<StreamIndex> {
  return new Set(closed.flatMap(({ frame }) => [...frame.touched]));
}

function emptyFrame(): OpenFrame {
  return { records: [], dropped: new Map(), checkpoints: [], touched: new Set(), bytes: 0 };
}
