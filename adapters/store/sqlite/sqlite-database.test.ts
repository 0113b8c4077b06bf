import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { aBatch, aRecord, databaseConformance } from '../conformance.ts';
import { verifyChain } from '../verify-chain.ts';
import { sqliteDatabase } from './sqlite-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'orla-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const paths = (function* () {
  for (let index = 0; ; index += 1) yield join(folder, `${index}`, 'orla.db');
})();
const newPath = () => paths.next().value as string;
const opened = new Map<unknown, string>();
const open = (path: string) => {
  const database = sqliteDatabase({ path });
  opened.set(database, path);
  return database;
};

databaseConformance('sqlite', {
  make: async () => open(newPath()),
  reopen: async (database) => {
    await database.close();
    return open(opened.get(database) as string);
  },
});

const aSite = (name: string, summary = '') => ({
  kind: 'Model' as const,
  name,
  expected: 0,
  put: { labels: {}, spec: { summary, aliases: {} } },
});

test('a file that others could read is for its owner only from the next opening on', async () => {
  const path = newPath();
  await open(path).close();
  chmodSync(path, 0o644);
  const database = open(path);
  const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o077);
  assert.deepEqual(modes, [0, 0, 0]);
  await database.close();
});

test('an entry of the change log that somebody edits, removes or appends is found', async () => {
  const edits = {
    "UPDATE changes SET actor = 'x' WHERE number = 2": 2,
    'DELETE FROM changes WHERE number = 2': 2,
    "UPDATE changes SET after = replace(after, 'b', 'd') WHERE number = 2": 2,
    "UPDATE changes SET previous_hash = 'x' WHERE number = 3": 3,
  };
  for (const [edit, number] of Object.entries(edits)) {
    const path = newPath();
    const database = sqliteDatabase({ path });
    for (const name of ['a', 'b', 'c'])
      await database.store.commit({ actor: 'system', at: 1, resources: [aSite(name)] });
    const other = new DatabaseSync(path);
    other.exec(edit);
    other.close();
    const verdict = await verifyChain(database.store);
    assert.equal(verdict.kind === 'broken' && verdict.number, number, edit);
    await database.close();
  }
});

test('a full disk is disk-full, changes nothing, and work goes on after space is made', async () => {
  const path = newPath();
  const { store, records, close } = sqliteDatabase({ path, maxBytes: 200 * 1024 });
  const big = 'x'.repeat(1500);
  await store.commit({ actor: 'system', at: 1, resources: [aSite('first', big)] });
  await records.append(aBatch([1]));
  const many = Array.from({ length: 400 }, (_, index) => aSite(`m${index}`, big));
  await assert.rejects(store.commit({ actor: 'system', at: 1, resources: many }), { code: 'disk-full', where: path });
  const records3000 = Array.from({ length: 3000 }, (_, index) => aRecord(index + 2));
  await assert.rejects(records.append(aBatch([], { records: records3000 })), { code: 'disk-full' });
  assert.deepEqual(
    (await store.listResources('Model')).map((one) => one.name),
    ['first'],
  );
  assert.equal((await records.positions('n'))[0]?.upTo, 1);
  assert.equal((await records.append(aBatch([2]))).upTo, 2);
  assert.equal((await verifyChain(store)).kind, 'whole');
  await close();
});

test('a file that is no database, a damaged page and a newer version are refused with what to do', async () => {
  const noDatabase = join(folder, 'garbage.db');
  writeFileSync(noDatabase, 'this is no database, it is a text that somebody put here'.repeat(100));
  assert.throws(() => sqliteDatabase({ path: noDatabase }), { code: 'corrupt', where: noDatabase });

  const damaged = newPath();
  const database = sqliteDatabase({ path: damaged });
  const many = Array.from({ length: 500 }, (_, index) => aSite(`m${index}`, 'y'.repeat(500)));
  await database.store.commit({ actor: 'system', at: 1, resources: many });
  await database.close();
  const file = openSync(damaged, 'r+');
  for (let at = 4096 * 8; at < statSync(damaged).size; at += 4096)
    writeSync(file, Buffer.alloc(2048, 0xaa), 0, 2048, at);
  const broken = sqliteDatabase({ path: damaged });
  await assert.rejects(broken.store.listResources('Model'), { code: 'corrupt' });
  await broken.close();

  const newer = newPath();
  await sqliteDatabase({ path: newer }).close();
  const raw = new DatabaseSync(newer);
  raw.exec('PRAGMA user_version = 999');
  raw.close();
  assert.throws(() => sqliteDatabase({ path: newer }), { code: 'not-supported' });
});

test('a write that waits for its turn is done before close ends', async () => {
  const path = newPath();
  const database = sqliteDatabase({ path });
  const written = database.records.append(aBatch([1]));
  await database.close();
  assert.equal((await written).upTo, 1);
  const again = sqliteDatabase({ path });
  assert.equal((await again.records.positions('n'))[0]?.upTo, 1);
  await again.close();
});

test('SIGKILL at any moment loses nothing that was acknowledged, and leaves no gap', async () => {
  const path = newPath();
  const killAfter = [3, 40, 7, 120, 15, 60];
  for (const count of killAfter) {
    const acknowledged = await appendUntilKilled(path, count);
    const { records, store, close } = sqliteDatabase({ path });
    const read = await records.read({ node: 'n', stream: 's', limit: 100_000 });
    const [position] = await records.positions('n');
    assert.deepEqual(
      read.map((one) => one.number),
      Array.from({ length: read.length }, (_, index) => index + 1),
    );
    assert.equal(position?.upTo, read.length);
    assert.ok(read.length >= acknowledged, `${acknowledged} were acknowledged, ${read.length} are there`);
    const documents = await store.listDocuments('d');
    assert.ok(documents.length >= acknowledged);
    await close();
  }
});

function appendUntilKilled(path: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'append-until-killed.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > count) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))));
  });
}
