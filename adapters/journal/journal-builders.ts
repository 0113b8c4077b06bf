import type { Checkpoint, RecordBody } from '../../contracts/records.ts';
import type { Batch, Journal, StreamPart } from './port.ts';

/** A record that says `value`; `padBytes` makes it longer. */
export function aRecord(value: number, padBytes = 0): RecordBody {
  const values = { value, ...(padBytes === 0 ? {} : { pad: 'x'.repeat(padBytes) }) };
  return { kind: 'sample', flow: 'flow', step: 'step', sourceTime: value, values, quality: 'good' };
}

/** What `aRecord` says. */
export function valueIn(body: RecordBody): number {
  return body.kind === 'sample' ? Number(body.values['value']) : Number.NaN;
}

export function aBatch(stream: string, values: readonly number[], checkpoint: Checkpoint | null = null): Batch {
  return { records: values.map((value) => ({ stream, body: aRecord(value) })), checkpoint };
}

export function aCheckpoint(workload: string, body: unknown): Checkpoint {
  return { workload, digest: 'a'.repeat(64), body };
}

/** Everything that a stream holds, read in small parts. */
export async function readAll(journal: Journal, stream: string, after = 0): Promise<StreamPart> {
  const whole: StreamPart = { records: [], dropped: [] };
  for (let next = after; ; ) {
    const part = await journal.read(stream, next, { maxRecords: 7, maxBytes: 3000 });
    if (part.records.length + part.dropped.length === 0) return whole;
    whole.records.push(...part.records);
    whole.dropped.push(...part.dropped);
    next = Math.max(part.records.at(-1)?.number ?? 0, part.dropped.at(-1)?.to ?? 0);
  }
}
