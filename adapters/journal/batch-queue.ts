import { EdgeError } from '../../contracts/errors.ts';
import type { EncodedBatch } from './encode-batch.ts';
import { type Appended, QUEUED_BYTES_MAX } from './port.ts';

/** What goes to the disk with one sync: enough to make its cost small, not so much that the first waits long. */
const GROUP_BYTES_MAX = 1024 * 1024;
const GROUP_BATCHES_MAX = 10_000;

/** A batch whose caller waits. */
export interface WaitingBatch {
  readonly batch: EncodedBatch;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Batches in the order of their calls, at most QUEUED_BYTES_MAX. */
export interface BatchQueue {
  add(batch: EncodedBatch): Promise<Appended>;
  /** The next group. */
  take(): WaitingBatch[];
  length(): number;
}

export function batchQueue(): BatchQueue {
  let waiting: WaitingBatch[] = [];
  let bytes = 0;
  return {
    add: (batch) =>
      new Promise((resolve, reject) => {
        if (bytes + batch.bytes > QUEUED_BYTES_MAX && waiting.length > 0) {
          const message = `${bytes} bytes of records wait for the disk; no more are taken.`;
          return reject(new EdgeError('too-many', message, { hint: 'Wait for what was appended, then go on.' }));
        }
        waiting.push({ batch, resolve, reject });
        bytes += batch.bytes;
      }),
    take: () => {
      const most = Math.min(GROUP_BATCHES_MAX, waiting.length);
      let taken = 0;
      let takenBytes = 0;
      while (taken < most && takenBytes < GROUP_BYTES_MAX) takenBytes += waiting[taken++]!.batch.bytes;
      const group = waiting.slice(0, taken);
      waiting = waiting.slice(taken);
      bytes -= takenBytes;
      return group;
    },
    length: () => waiting.length,
  };
}
