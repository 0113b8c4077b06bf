import { EdgeError } from '../../contracts/errors.ts';
import { Name } from '../../contracts/names.ts';
import type { Checkpoint } from '../../contracts/records.ts';
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, type Batch, CHECKPOINT_BYTES_MAX, RECORD_BYTES_MAX } from './port.ts';

/** What a record takes of its stream's bytes beside its JSON. */
export const RECORD_OVERHEAD_BYTES = 24;

/** A batch as it goes to the disk. */
export interface EncodedBatch {
  readonly items: readonly { readonly stream: string; readonly payload: Uint8Array }[];
  readonly checkpoint: EncodedCheckpoint | undefined;
  readonly bytes: number;
}

export interface EncodedCheckpoint {
  readonly workload: string;
  readonly payload: Uint8Array;
}

/** The batch as bytes; EdgeError `too-large` or `bad-request`, and then nothing of it is kept. */
export function encodeBatch(batch: Batch): EncodedBatch {
  if (batch.records.length > BATCH_RECORDS_MAX) {
    throw new EdgeError('too-large', `A batch of ${batch.records.length} records exceeds ${BATCH_RECORDS_MAX}.`);
  }
  let bytes = 0;
  const items = batch.records.map(({ stream, body }) => {
    if (!Name.safeParse(stream).success) throw new EdgeError('bad-request', `"${stream}" is no name of a stream.`);
    const payload = jsonBytes(body, RECORD_BYTES_MAX, `The record for ${stream}`);
    bytes += payload.length + RECORD_OVERHEAD_BYTES;
    return { stream, payload };
  });
  if (bytes > BATCH_BYTES_MAX) {
    throw new EdgeError('too-large', `A batch of ${bytes} bytes exceeds ${BATCH_BYTES_MAX}.`);
  }
  if (batch.checkpoint === null) return { items, checkpoint: undefined, bytes };
  const payload = jsonBytes(batch.checkpoint, CHECKPOINT_BYTES_MAX, `The checkpoint of ${batch.checkpoint.workload}`);
  return { items, checkpoint: { workload: batch.checkpoint.workload, payload }, bytes: bytes + payload.length };
}

/** Reads back what `encodeBatch` wrote; its frame's checksum has been checked. */
export function decodeJson<T>(payload: Uint8Array): T {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8')) as T;
}

export function decodeCheckpoint(payload: Uint8Array): Checkpoint {
  return decodeJson<Checkpoint>(payload);
}

function jsonBytes(value: unknown, most: number, what: string): Uint8Array {
  const payload = Buffer.from(JSON.stringify(value), 'utf8');
  if (payload.length > most)
    throw new EdgeError('too-large', `${what} has ${payload.length} bytes; at most ${most} are kept.`);
  return payload;
}
