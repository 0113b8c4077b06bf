import { EdgeError } from '../../../contracts/errors.ts';
import type { StoredRecord, StreamView } from '../../../contracts/views.ts';
import { assertReadable } from '../assert-readable.ts';
import { contiguousRecords } from '../contiguous-records.ts';
import { type AppendedRecords, type AppendRecords, type RecordQuery, STREAMS_PER_NODE_MAX } from '../port.ts';

interface KeptStream {
  readonly position: StreamView;
  readonly records: StoredRecord[];
}

/** `RecordStore` in memory, synchronous. */
export function memoryRecords() {
  const streams = new Map<string, KeptStream>();

  const streamOf = ({ node, stream, incarnation }: AppendRecords): KeptStream => {
    const id = `${node}/${stream}/${incarnation}`;
    const known = streams.get(id);
    if (known !== undefined) return known;
    const ofNode = [...streams.values()].filter((one) => one.position.node === node).length;
    if (ofNode >= STREAMS_PER_NODE_MAX) throw tooManyStreams(node);
    const position: StreamView = {
      node,
      stream,
      incarnation,
      stored: 0,
      upTo: 0,
      dropped: 0,
      duplicatesRefused: 0,
      firstAt: null,
      lastAt: null,
    };
    const made: KeptStream = { position, records: [] };
    streams.set(id, made);
    return made;
  };

  const append = (batch: AppendRecords): AppendedRecords => {
    const { position, records } = streamOf(batch);
    const next = contiguousRecords(position.upTo, batch.records, batch.dropped);
    for (const record of structuredClone(next.records)) {
      const { node, stream, incarnation, at } = batch;
      records.push({ ...record, node, stream, incarnation, storedAt: at });
    }
    position.upTo = next.upTo;
    position.stored += next.records.length;
    position.dropped += next.dropped;
    position.duplicatesRefused += next.duplicates;
    position.firstAt ??= next.records[0]?.at ?? null;
    position.lastAt = next.records.at(-1)?.at ?? position.lastAt;
    return { upTo: next.upTo, stored: next.records, duplicates: next.duplicates };
  };

  const read = (query: RecordQuery): StoredRecord[] => {
    assertReadable(query);
    const chosen = [...streams.values()].filter(
      ({ position }) =>
        (query.node === undefined || position.node === query.node) &&
        (query.stream === undefined || position.stream === query.stream) &&
        (query.incarnation === undefined || position.incarnation === query.incarnation),
    );
    const found = chosen.flatMap((stream) => stream.records.filter((record) => matches(record, query)));
    // A stable sort keeps incarnation and number in order where the wall time is the same.
    const ordered = query.stream === undefined ? found.toSorted((a, b) => a.at - b.at) : found;
    if (query.newest === undefined) return ordered.slice(0, query.limit);
    return ordered.slice(Math.max(0, ordered.length - Math.min(query.newest, query.limit)));
  };

  const trim = (olderThan: number, limit: number): number => {
    let left = limit;
    for (const { records } of streams.values()) {
      let count = 0;
      while (count < left && count < records.length && records[count]!.storedAt < olderThan) count += 1;
      records.splice(0, count);
      left -= count;
    }
    return limit - left;
  };

  const positions = (node?: string): StreamView[] =>
    [...streams.values()].map((one) => one.position).filter((one) => node === undefined || one.node === node);

  return { append, read, trim, positions };
}

/** The error of a node that makes more streams than it may. */
export function tooManyStreams(node: string): EdgeError {
  return new EdgeError('too-many', `The node ${node} has ${STREAMS_PER_NODE_MAX} streams and may not have more.`, {
    where: node,
    hint: 'Publish to fewer streams.',
  });
}

function matches(record: StoredRecord, query: RecordQuery): boolean {
  const { body } = record;
  const inFlow = body.kind === 'event' ? undefined : body;
  return (
    (query.kinds === undefined || query.kinds.includes(body.kind)) &&
    (query.flow === undefined || inFlow?.flow === query.flow) &&
    (query.step === undefined || inFlow?.step === query.step) &&
    (query.after === undefined || record.number > query.after) &&
    (query.from === undefined || (inFlow !== undefined && inFlow.sourceTime >= query.from)) &&
    (query.to === undefined || (inFlow !== undefined && inFlow.sourceTime <= query.to)) &&
    (query.atBefore === undefined || record.at < query.atBefore)
  );
}
