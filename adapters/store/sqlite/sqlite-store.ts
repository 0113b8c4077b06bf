import { type Kysely, sql, type Transaction } from 'kysely';
import type { Change } from '../../../contracts/changes.ts';
import type { Kind, Resource } from '../../../contracts/resource.ts';
import { FIRST_HASH, nextChanges } from '../next-changes.ts';
import type { Commit, DocumentWrite, Store } from '../port.ts';
import type { GroupWriter } from './group-writer.ts';
import type { Tables } from './tables.ts';

/** No limit, in SQL. */
const ALL = -1;

/** Resources, change log and documents in SQLite. */
export function sqliteStore(
  db: Kysely<Tables>,
  writer: GroupWriter,
  read: <T>(body: () => Promise<T>) => Promise<T>,
): Store {
  return {
    getResource: <K extends Kind>(kind: K, name: string) =>
      read(async () => (await resourceRow(db, kind, name)) as Resource<K> | undefined),
    listResources: <K extends Kind>(kind: K, { after, limit }: { after?: string; limit?: number } = {}) =>
      read(async () => {
        let query = db.selectFrom('resources').selectAll().where('kind', '=', kind);
        if (after !== undefined) query = query.where('name', '>', after);
        const rows = await query
          .orderBy('name')
          .limit(limit ?? ALL)
          .execute();
        return rows.map((row) => resourceOf(row) as unknown as Resource<K>);
      }),
    getDocument: (collection, key) =>
      read(async () => {
        const query = db.selectFrom('documents').select('body').where('collection', '=', collection);
        const row = await query.where('key', '=', key).executeTakeFirst();
        return row === undefined ? undefined : (JSON.parse(row.body) as unknown);
      }),
    listDocuments: (collection, { after, limit, prefix } = {}) =>
      read(async () => {
        let query = db.selectFrom('documents').select(['key', 'body']).where('collection', '=', collection);
        if (after !== undefined) query = query.where('key', '>', after);
        if (prefix !== undefined)
          query = query.where(sql<boolean>`substr(key, 1, length(${prefix})) = ${prefix}`).where('key', '>=', prefix);
        const rows = await query
          .orderBy('key')
          .limit(limit ?? ALL)
          .execute();
        return rows.map(({ key, body }) => ({ key, body: JSON.parse(body) as unknown }));
      }),
    commit: (commit) => writer.write((transaction) => writeCommit(transaction, commit)),
    changes: ({ after, before, limit, kind, name }) =>
      read(async () => {
        let query = db.selectFrom('changes').selectAll();
        if (after !== undefined) query = query.where('number', '>', after);
        if (before !== undefined) query = query.where('number', '<', before);
        if (kind !== undefined) query = query.where('kind', '=', kind);
        if (name !== undefined) query = query.where('name', '=', name);
        const rows = await query
          .orderBy('number', after === undefined ? 'desc' : 'asc')
          .limit(limit)
          .execute();
        return rows.map(changeOf);
      }),
  };
}

async function writeCommit(db: Transaction<Tables>, commit: Commit): Promise<Change[]> {
  const writes = commit.resources ?? [];
  const current: (Resource | undefined)[] = [];
  for (const write of writes) current.push(await resourceRow(db, write.kind, write.name));
  const made = writes.length === 0 ? [] : nextChanges(commit, current, await logEnd(db));
  const documents = (commit.documents ?? []).map((write) => ({
    ...write,
    text: write.body === null ? null : JSON.stringify(write.body),
  }));
  for (const change of made) await writeChange(db, change);
  for (const document of documents) await writeDocument(db, document);
  return made;
}

async function logEnd(db: Transaction<Tables>): Promise<{ number: number; hash: string }> {
  const query = db.selectFrom('changes').select(['number', 'hash']).orderBy('number', 'desc').limit(1);
  return (await query.executeTakeFirst()) ?? { number: 0, hash: FIRST_HASH };
}

async function writeChange(db: Transaction<Tables>, change: Change): Promise<void> {
  const { kind, name, after } = change;
  if (after === null) {
    await db.deleteFrom('resources').where('kind', '=', kind).where('name', '=', name).execute();
  } else {
    const row = {
      kind,
      name,
      generation: after.generation,
      created_at: after.createdAt,
      updated_at: after.updatedAt,
      labels: JSON.stringify(after.labels),
      spec: JSON.stringify(after.spec),
    };
    await db.replaceInto('resources').values(row).execute();
  }
  await db
    .insertInto('changes')
    .values({
      number: change.number,
      at: change.at,
      actor: change.actor,
      action: change.action,
      kind,
      name,
      before: change.before === null ? null : JSON.stringify(change.before),
      after: after === null ? null : JSON.stringify(after),
      because: change.because ?? null,
      previous_hash: change.previousHash,
      hash: change.hash,
    })
    .execute();
}

async function writeDocument(db: Transaction<Tables>, write: DocumentWrite & { text: string | null }): Promise<void> {
  const { collection, key, text } = write;
  if (text === null) {
    await db.deleteFrom('documents').where('collection', '=', collection).where('key', '=', key).execute();
  } else {
    await db.replaceInto('documents').values({ collection, key, body: text }).execute();
  }
}

async function resourceRow(db: Kysely<Tables>, kind: Kind, name: string): Promise<Resource | undefined> {
  const query = db.selectFrom('resources').selectAll().where('kind', '=', kind).where('name', '=', name);
  const row = await query.executeTakeFirst();
  return row === undefined ? undefined : resourceOf(row);
}

function resourceOf(row: Tables['resources']): Resource {
  return {
    kind: row.kind,
    name: row.name,
    labels: JSON.parse(row.labels),
    spec: JSON.parse(row.spec),
    generation: row.generation,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function changeOf(row: Tables['changes']): Change {
  return {
    number: row.number,
    at: row.at,
    actor: row.actor,
    action: row.action,
    kind: row.kind,
    name: row.name,
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
    ...(row.because === null ? {} : { because: row.because }),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
