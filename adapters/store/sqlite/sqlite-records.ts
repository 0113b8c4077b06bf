import { type Kysely, type Selectable, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import type { RecordBody } from '../../../contracts/records.ts';
import type { StoredRecord, StreamView } from '../../../contracts/views.ts';
import { assertReadable } from '../assert-readable.ts';
import { type Contiguous, contiguousRecords } from '../contiguous-records.ts';
import { tooManyStreams } from '../memory/memory-records.ts';
import {
  type AppendedRecords,
  type AppendRecords,
  listedKinds,
  type RecordQuery,
  type RecordStore,
  STREAMS_PER_NODE_MAX,
} from '../port.ts';
import type { GroupWriter } from './group-writer.ts';
import type { Tables } from './tables.ts';

type Read = <T>(body: () => Promise<T>) => Promise<T>;
type Joined = { records: Tables['records']; streams: Tables['streams'] };

/** Records of streams in SQLite. */
export function sqliteRecords(db: Kysely<Tables>, writer: GroupWriter, read: Read): RecordStore {
  return {
    append: (batch) => writer.write((transaction) => append(transaction, batch)),
    read: (query) => read(() => readRecords(db, query)),
    positions: (node) =>
      read(async () => {
        let query = db.selectFrom('streams').selectAll();
        if (node !== undefined) query = query.where('node', '=', node);
        return (await query.orderBy('id').execute()).map(positionOf);
      }),
    trim: (olderThan, limit) => writer.write((transaction) => trim(transaction, olderThan, limit)),
  };
}

async function append(db: Transaction<Tables>, batch: AppendRecords): Promise<AppendedRecords> {
  const known = await streamRow(db, batch);
  const next = contiguousRecords(known?.up_to ?? 0, batch.records, batch.dropped);
  const { upTo, records: stored, duplicates } = next;
  if (known !== undefined && stored.length === 0 && next.dropped === 0 && duplicates === 0)
    return { upTo, stored, duplicates };
  const stream = known ?? (await makeStream(db, batch));
  if (stored.length > 0) await insertRecords(db, stream.id, batch.at, stored);
  await movePosition(db, stream, next);
  return { upTo, stored, duplicates };
}

async function streamRow(db: Transaction<Tables>, { node, stream, incarnation }: AppendRecords) {
  const query = db.selectFrom('streams').selectAll().where('node', '=', node);
  return query.where('stream', '=', stream).where('incarnation', '=', incarnation).executeTakeFirst();
}

async function makeStream(db: Transaction<Tables>, { node, stream, incarnation }: AppendRecords) {
  const count = db.selectFrom('streams').select(db.fn.countAll<number>().as('count')).where('node', '=', node);
  if ((await count.executeTakeFirstOrThrow()).count >= STREAMS_PER_NODE_MAX) throw tooManyStreams(node);
  const values = {
    node,
    stream,
    incarnation,
    stored: 0,
    up_to: 0,
    dropped: 0,
    duplicates: 0,
    first_at: null,
    last_at: null,
  };
  return db.insertInto('streams').values(values).returningAll().executeTakeFirstOrThrow();
}

/** One statement whatever the number of records, so that it is prepared once. */
async function insertRecords(
  db: Transaction<Tables>,
  streamId: number,
  at: number,
  records: Contiguous['records'],
): Promise<void> {
  const listed: readonly string[] = listedKinds;
  const rows = records.map(({ number, at: journalledAt, body }) => {
    const inFlow = body.kind === 'event' ? undefined : body;
    return [
      number,
      journalledAt,
      body.kind,
      inFlow?.sourceTime ?? null,
      inFlow?.flow ?? null,
      inFlow?.step ?? null,
      listed.includes(body.kind) ? 1 : null,
      JSON.stringify(body),
    ];
  });
  await sql`
    INSERT INTO records (stream_id, number, at, stored_at, kind, source_time, flow, step, listed, body)
    SELECT ${streamId}, value ->> 0, value ->> 1, ${at}, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
    FROM json_each(${JSON.stringify(rows)})
  `.execute(db);
}

async function movePosition(
  db: Transaction<Tables>,
  stream: Selectable<Tables['streams']>,
  next: Contiguous,
): Promise<void> {
  await db
    .updateTable('streams')
    .set({
      up_to: next.upTo,
      stored: stream.stored + next.records.length,
      dropped: stream.dropped + next.dropped,
      duplicates: stream.duplicates + next.duplicates,
      first_at: stream.first_at ?? next.records[0]?.at ?? null,
      last_at: next.records.at(-1)?.at ?? stream.last_at,
    })
    .where('id', '=', stream.id)
    .execute();
}

async function readRecords(db: Kysely<Tables>, query: RecordQuery): Promise<StoredRecord[]> {
  assertReadable(query);
  const { newest, limit } = query;
  const direction = newest === undefined ? 'asc' : 'desc';
  const selected = filtered(db.selectFrom('records').innerJoin('streams', 'streams.id', 'records.stream_id'), query)
    .select(['node', 'stream', 'incarnation', 'number', 'at', 'stored_at', 'body'])
    .limit(newest === undefined ? limit : Math.min(newest, limit));
  const ordered = query.stream === undefined ? selected.orderBy('at', direction) : selected;
  const rows = await ordered.orderBy('stream_id', direction).orderBy('number', direction).execute();
  if (newest !== undefined) rows.reverse();
  return rows.map((row) => ({
    number: row.number,
    at: row.at,
    body: JSON.parse(row.body) as RecordBody,
    node: row.node,
    stream: row.stream,
    incarnation: row.incarnation,
    storedAt: row.stored_at,
  }));
}

function filtered(
  start: SelectQueryBuilder<Joined, 'records' | 'streams', Record<never, never>>,
  query: RecordQuery,
): SelectQueryBuilder<Joined, 'records' | 'streams', Record<never, never>> {
  let rows = start;
  if (query.stream === undefined) rows = rows.where(sql<boolean>`listed = 1`);
  if (query.node !== undefined) rows = rows.where('node', '=', query.node);
  if (query.stream !== undefined) rows = rows.where('stream', '=', query.stream);
  if (query.incarnation !== undefined) rows = rows.where('incarnation', '=', query.incarnation);
  if (query.kinds !== undefined) rows = rows.where('kind', 'in', query.kinds);
  if (query.flow !== undefined) rows = rows.where('flow', '=', query.flow);
  if (query.step !== undefined) rows = rows.where('step', '=', query.step);
  if (query.after !== undefined) rows = rows.where('number', '>', query.after);
  if (query.from !== undefined) rows = rows.where('source_time', '>=', query.from);
  if (query.to !== undefined) rows = rows.where('source_time', '<=', query.to);
  if (query.atBefore !== undefined) rows = rows.where('at', '<', query.atBefore);
  return rows;
}

async function trim(db: Transaction<Tables>, olderThan: number, limit: number): Promise<number> {
  let left = limit;
  for (const { id } of await db.selectFrom('streams').select('id').orderBy('id').execute()) {
    if (left <= 0) break;
    const oldest = db.selectFrom('records').select(['number', 'stored_at']).where('stream_id', '=', id);
    const rows = await oldest.orderBy('number').limit(left).execute();
    const kept = rows.findIndex((row) => row.stored_at >= olderThan);
    const old = kept === -1 ? rows : rows.slice(0, kept);
    const last = old.at(-1);
    if (last === undefined) continue;
    await db.deleteFrom('records').where('stream_id', '=', id).where('number', '<=', last.number).execute();
    left -= old.length;
  }
  return limit - left;
}

function positionOf(row: Selectable<Tables['streams']>): StreamView {
  return {
    node: row.node,
    stream: row.stream,
    incarnation: row.incarnation,
    stored: row.stored,
    upTo: row.up_to,
    dropped: row.dropped,
    duplicatesRefused: row.duplicates,
    firstAt: row.first_at,
    lastAt: row.last_at,
  };
}
