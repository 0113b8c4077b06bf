import { EdgeError } from '../../contracts/errors.ts';
import type { Checkpoint, ObservedStream } from '../../contracts/records.ts';
import type { Entry } from '../../core/journal/entry.ts';
import { decodeCheckpoint, type EncodedCheckpoint, RECORD_OVERHEAD_BYTES } from './encode-batch.ts';
import { CHECKPOINTS_MAX, STREAMS_MAX } from './port.ts';
import { createStreamIndex, type StreamIndex } from './stream-index.ts';
import type { StreamPolicies } from './stream-policies.ts';

/** What a journal knows without reading its log: its streams, its checkpoints, and how much of each segment is kept. */
export interface JournalContents {
  incarnation: string;
  find(stream: string): StreamIndex | undefined;
  /** The stream, new if need be. */
  obtain(stream: string): StreamIndex;
  /** EdgeError `too-many` when these would make more than STREAMS_MAX streams. */
  checkRoom(streams: Iterable<string>): void;
  streams(): readonly StreamIndex[];
  liveBytes(segment: number): number;
  keepCheckpoint(checkpoint: EncodedCheckpoint): void;
  checkpoints(): Checkpoint[];
  /** Takes in what the log says, oldest first. */
  restore(entry: Entry, segment: number, offset: number): void;
  /** Everything but the records, without the present group, as entries that make older segments unnecessary, in frames. */
  snapshot(): Entry[][];
  observe(): ObservedStream[];
}

export function createJournalContents(policies: StreamPolicies, incarnation: string): JournalContents {
  const streams = new Map<string, StreamIndex>();
  const live = new Map<number, number>();
  const checkpoints = new Map<string, Uint8Array>();

  const obtain = (stream: string): StreamIndex => {
    let index = streams.get(stream);
    if (index === undefined) {
      index = createStreamIndex(stream, (segment, bytes) => {
        const left = (live.get(segment) ?? 0) + bytes;
        if (left === 0) live.delete(segment);
        else live.set(segment, left);
      });
      streams.set(stream, index);
    }
    return index;
  };
  const keepCheckpoint = ({ workload, payload }: EncodedCheckpoint) => {
    // Last written, last in order: the first one gives way.
    checkpoints.delete(workload);
    checkpoints.set(workload, payload);
    if (checkpoints.size > CHECKPOINTS_MAX) checkpoints.delete(checkpoints.keys().next().value!);
  };
  const contents: JournalContents = {
    incarnation,
    find: (stream) => streams.get(stream),
    obtain,
    checkRoom: (names) => {
      const added = [...new Set(names)].filter((name) => !streams.has(name));
      if (added.length === 0 || streams.size + added.length <= STREAMS_MAX) return;
      throw new EdgeError(
        'too-many',
        `The node has ${streams.size} streams; with ${added.join(', ')} it would exceed ${STREAMS_MAX}.`,
        {
          hint: 'Let flows share streams.',
        },
      );
    },
    streams: () => [...streams.values()],
    liveBytes: (segment) => live.get(segment) ?? 0,
    keepCheckpoint,
    checkpoints: () => [...checkpoints.values()].map(decodeCheckpoint),
    restore: (entry, segment, offset) => {
      switch (entry.type) {
        case 'head':
          contents.incarnation = entry.incarnation;
          return;
        case 'records': {
          const index = obtain(entry.stream);
          for (const [i, payload] of entry.payloads.entries()) {
            const bytes = payload.length + RECORD_OVERHEAD_BYTES;
            index.restore({ number: entry.first + i, bytes, at: entry.at, segment, offset });
          }
          return;
        }
        case 'position':
          return obtain(entry.stream).restorePosition(entry);
        case 'dropped':
          return obtain(entry.stream).restoreDropped(
            entry.ranges.map((range) => ({ ...range, because: entry.because })),
          );
        case 'checkpoint':
          // Copied, so that the segment which was read can be let go.
          return keepCheckpoint({
            workload: decodeCheckpoint(entry.payload).workload,
            payload: entry.payload.slice(),
          });
      }
    },
    snapshot: () => [
      ...[...streams.values()].map((index) => {
        const byReason = Map.groupBy(index.dropped.all(), (range) => range.because);
        const dropped = [...byReason].map(
          ([because, ranges]): Entry => ({ type: 'dropped', stream: index.stream, because, ranges }),
        );
        return [...dropped, index.committed()];
      }),
      ...[...checkpoints.values()].map((payload): Entry[] => [{ type: 'checkpoint', payload }]),
    ],
    observe: () =>
      [...streams.values()]
        .map((index): ObservedStream => {
          const { published, acknowledged, dropped, refused } = index.committed();
          const bytes = index.usedBytes();
          const pending = index.keptCount();
          const fill = Math.min(1, bytes / policies.of(index.stream).maxBytes);
          const { stream } = index;
          return {
            stream,
            incarnation: contents.incarnation,
            published,
            acknowledged,
            pending,
            bytes,
            fill,
            dropped,
            refused,
          };
        })
        .filter(({ published, refused }) => published + refused > 0)
        .sort((a, b) => (a.stream < b.stream ? -1 : 1)),
  };
  return contents;
}
