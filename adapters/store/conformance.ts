import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EdgeError } from '../../contracts/errors.ts';
import type { RecordBody, StreamRecord } from '../../contracts/records.ts';
import { type AppendRecords, type Database, type ResourceWrite, STREAMS_PER_NODE_MAX } from './port.ts';
import { verifyChain } from './verify-chain.ts';

/** What every `Database` promises. `make` gives an empty one; `reopen` closes it and opens the same data again. */
export interface DatabaseUnderTest {
  make(): Promise<Database>;
  reopen(database: Database): Promise<Database>;
}

const site = (name: string, expected = 0, latitude = 1): ResourceWrite => ({
  kind: 'Site',
  name,
  expected,
  put: { labels: { plant: 'pv' }, spec: { latitude, longitude: 2, timeZone: 'UTC', variables: {} } },
});
const by = { actor: 'person:a', at: 1000 };

/** A record as a node journals it. */
export function aRecord(number: number, body: Partial<RecordBody> = {}): StreamRecord {
  const values = {
    kind: 'sample',
    flow: 'f',
    step: 's',
    sourceTime: number * 10,
    values: { x: number },
    quality: 'good',
  };
  return { number, at: 5000 + number, body: { ...values, ...body } as RecordBody };
}

/** A batch of the stream `s` of the node `n`. */
export function aBatch(numbers: readonly number[], more: Partial<AppendRecords> = {}): AppendRecords {
  const records = numbers.map((number) => aRecord(number));
  return { node: 'n', stream: 's', incarnation: 'i1', records, dropped: [], at: 9000, ...more };
}

export function databaseConformance(name: string, { make, reopen }: DatabaseUnderTest): void {
  const check = (what: string, body: (database: Database) => Promise<void>) =>
    test(`${name}: ${what}`, async () => {
      const database = await make();
      try {
        await body(database);
      } finally {
        await database.close();
      }
    });

  check('a resource is created, updated and deleted with growing generations', async ({ store }) => {
    await store.commit({ ...by, resources: [site('a')] });
    await store.commit({ ...by, at: 2000, because: 'moved', resources: [site('a', 1, 5)] });
    const kept = await store.getResource('Site', 'a');
    assert.deepEqual([kept?.generation, kept?.spec.latitude, kept?.createdAt, kept?.updatedAt], [2, 5, 1000, 2000]);
    const [deleted] = await store.commit({ ...by, resources: [{ ...site('a', 2), put: null }] });
    assert.equal(deleted?.action, 'deleted');
    assert.equal(deleted?.before?.generation, 2);
    assert.equal(await store.getResource('Site', 'a'), undefined);
  });

  check('a commit with one conflict changes nothing and names the resource', async ({ store }) => {
    await store.commit({ ...by, resources: [site('a')] });
    const documents = [{ collection: 'c', key: 'k', body: 1 }];
    for (const wrong of [site('a'), site('a', 2), site('z', 1), { ...site('z'), put: null }]) {
      const refused = store.commit({ ...by, resources: [site('b'), wrong], documents });
      await assert.rejects(
        refused,
        (error: EdgeError) => error.code === 'conflict' && error.where === `Site/${wrong.name}`,
      );
    }
    await assert.rejects(store.commit({ ...by, resources: [site('b'), site('b')] }), { code: 'bad-request' });
    assert.equal(await store.getResource('Site', 'b'), undefined);
    assert.equal(await store.getDocument('c', 'k'), undefined);
    assert.equal((await store.changes({ limit: 10 })).length, 1);
  });

  check('commits at the same time are all done, and of two that exclude each other exactly one', async ({ store }) => {
    const many = Array.from({ length: 40 }, (_, index) => store.commit({ ...by, resources: [site(`s${index % 20}`)] }));
    const outcomes = await Promise.allSettled(many);
    assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 20);
    assert.equal((await store.listResources('Site')).length, 20);
    assert.deepEqual(await verifyChain(store), {
      kind: 'whole',
      changes: 20,
      hash: (await store.changes({ limit: 1 }))[0]?.hash,
    });
  });

  check('lists are in order and go on where they stopped', async ({ store }) => {
    await store.commit({ ...by, resources: ['b', 'a', 'c'].map((one) => site(one)) });
    assert.deepEqual(
      (await store.listResources('Site', { limit: 2 })).map((one) => one.name),
      ['a', 'b'],
    );
    assert.deepEqual(
      (await store.listResources('Site', { after: 'b', limit: 2 })).map((one) => one.name),
      ['c'],
    );
    assert.deepEqual(await store.listResources('Node'), []);
  });

  check('documents: the last write wins, null removes, prefixes and pages', async ({ store }) => {
    const put = (key: string, body: unknown, collection = 'c') => ({ collection, key, body });
    await store.commit({
      ...by,
      documents: [put('a/1', { x: 1 }), put('a/2', [2]), put('b/1', 'three'), put('a/1', 4, 'd')],
    });
    await store.commit({ ...by, documents: [put('a/1', { x: 5 }), put('b/1', null)] });
    assert.deepEqual(await store.getDocument('c', 'a/1'), { x: 5 });
    assert.equal(await store.getDocument('c', 'b/1'), undefined);
    assert.deepEqual(await store.listDocuments('c', { prefix: 'a/' }), [
      { key: 'a/1', body: { x: 5 } },
      { key: 'a/2', body: [2] },
    ]);
    assert.deepEqual(await store.listDocuments('c', { prefix: 'a/', after: 'a/1', limit: 5 }), [
      { key: 'a/2', body: [2] },
    ]);
    assert.deepEqual(await store.changes({ limit: 5 }), []);
  });

  check('the change log is read both ways, by kind and name, and its chain holds after reopening', async (first) => {
    await first.store.commit({ ...by, because: 'look', resources: [site('a'), site('b')] });
    await first.store.commit({ ...by, actor: 'token:t', resources: [site('a', 1, 3)] });
    const { store, close } = await reopen(first);
    const numbers = async (query: Parameters<typeof store.changes>[0]) =>
      (await store.changes(query)).map((one) => one.number);
    assert.deepEqual(await numbers({ limit: 2 }), [3, 2]);
    assert.deepEqual(await numbers({ limit: 9, before: 3 }), [2, 1]);
    assert.deepEqual(await numbers({ limit: 2, after: 1 }), [2, 3]);
    assert.deepEqual(await numbers({ limit: 9, kind: 'Site', name: 'a' }), [3, 1]);
    assert.deepEqual((await store.changes({ limit: 1 }))[0]?.before, {
      ...(await store.changes({ after: 0, limit: 1 }))[0]?.after,
    });
    assert.equal((await verifyChain(store)).kind, 'whole');
    await store.commit({ ...by, resources: [site('c')] });
    assert.equal((await verifyChain(store)).kind, 'whole');
    await close();
  });

  check('records: new and contiguous ones are stored, once', async ({ records }) => {
    assert.deepEqual((await records.append(aBatch([1, 2, 3]))).upTo, 3);
    const again = await records.append(aBatch([2, 3, 4]));
    assert.deepEqual([again.upTo, again.duplicates, again.stored.map((one) => one.number)], [4, 2, [4]]);
    const gap = await records.append(aBatch([6, 7]));
    assert.deepEqual([gap.upTo, gap.stored.length], [4, 0]);
    assert.equal((await records.append(aBatch([7, 5, 6]))).upTo, 7);
    const read = await records.read({ node: 'n', stream: 's', limit: 100 });
    assert.deepEqual(
      read.map((one) => one.number),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.deepEqual(read[0], { ...aRecord(1), node: 'n', stream: 's', incarnation: 'i1', storedAt: 9000 });
    const [position] = await records.positions('n');
    assert.deepEqual([position?.stored, position?.upTo, position?.duplicatesRefused], [7, 7, 2]);
  });

  check('records: declared drops count as present, undeclared gaps stop', async ({ records }) => {
    const because = 'drop-oldest' as const;
    const first = await records.append(aBatch([4, 5], { dropped: [{ from: 1, to: 3, because }] }));
    assert.equal(first.upTo, 5);
    const inside = await records.append(aBatch([8], { dropped: [{ from: 6, to: 10, because }] }));
    assert.deepEqual([inside.upTo, inside.stored.map((one) => one.number)], [10, [8]]);
    const repeated = await records.append(
      aBatch([], {
        dropped: [
          { from: 1, to: 3, because },
          { from: 14, to: 20, because },
        ],
      }),
    );
    assert.equal(repeated.upTo, 10);
    const [position] = await records.positions();
    assert.deepEqual([position?.stored, position?.dropped], [3, 7]);
  });

  check('records: the same batch sent at the same time is stored once', async ({ records }) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => records.append(aBatch([1, 2, 3]))));
    assert.ok(answers.every((answer) => answer.upTo === 3));
    assert.equal(
      answers.reduce((sum, answer) => sum + answer.stored.length, 0),
      3,
    );
    assert.equal((await records.read({ node: 'n', stream: 's', limit: 100 })).length, 3);
  });

  check('records: an incarnation numbers from 1 again, and keeps its own position after reopening', async (first) => {
    await first.records.append(aBatch([1, 2]));
    const { records, close } = await reopen(first);
    assert.equal((await records.append(aBatch([1], { incarnation: 'i2' }))).upTo, 1);
    assert.equal((await records.append(aBatch([3]))).upTo, 3);
    const read = await records.read({ node: 'n', stream: 's', limit: 100 });
    assert.deepEqual(
      read.map((one) => `${one.incarnation}:${one.number}`),
      ['i1:1', 'i1:2', 'i1:3', 'i2:1'],
    );
    const one = await records.read({ node: 'n', stream: 's', incarnation: 'i2', after: 0, limit: 100 });
    assert.equal(one.length, 1);
    await close();
  });

  check('records: read by number, newest, source time, kind, flow and step', async ({ records }) => {
    const flow = { flow: 'g', step: 't' };
    const mixed = [aRecord(1), aRecord(2, flow), aRecord(3), aRecord(4, { ...flow, kind: 'decision' }), aRecord(5)];
    await records.append(aBatch([], { records: mixed }));
    const numbers = async (query: Partial<Parameters<typeof records.read>[0]>) =>
      (await records.read({ node: 'n', stream: 's', limit: 100, ...query })).map((one) => one.number);
    assert.deepEqual(await numbers({ after: 3 }), [4, 5]);
    assert.deepEqual(await numbers({ limit: 2 }), [1, 2]);
    assert.deepEqual(await numbers({ newest: 2 }), [4, 5]);
    assert.deepEqual(await numbers({ from: 20, to: 40 }), [2, 3, 4]);
    assert.deepEqual(await numbers({ flow: 'g' }), [2, 4]);
    assert.deepEqual(await numbers({ flow: 'g', step: 't', kinds: ['decision'] }), [4]);
    assert.deepEqual(await numbers({ flow: 'g', newest: 1 }), [4]);
  });

  check(
    'records: events and alarms are read across nodes by wall time, other kinds are refused',
    async ({ records }) => {
      const event = (number: number, at: number): StreamRecord => ({
        number,
        at,
        body: { kind: 'event', event: { kind: 'link-up' } },
      });
      await records.append(aBatch([], { node: 'a', records: [event(1, 10), event(2, 30), aRecord(3)] }));
      await records.append(aBatch([], { node: 'b', records: [event(1, 20), event(2, 40)] }));
      const read = await records.read({ kinds: ['event', 'alarm'], newest: 2, atBefore: 40, limit: 10 });
      assert.deepEqual(
        read.map((one) => [one.node, one.at]),
        [
          ['b', 20],
          ['a', 30],
        ],
      );
      assert.equal((await records.read({ kinds: ['event'], node: 'b', limit: 10 })).length, 2);
      await assert.rejects(records.read({ limit: 10 }), { code: 'bad-request' });
      await assert.rejects(records.read({ kinds: ['sample'], limit: 10 }), { code: 'bad-request' });
    },
  );

  check('records: trim removes the oldest, and what was acknowledged stays acknowledged', async ({ records }) => {
    await records.append(aBatch([1, 2, 3]));
    await records.append(aBatch([4, 5], { at: 9500 }));
    assert.equal(await records.trim(9100, 2), 2);
    assert.equal(await records.trim(9100, 100), 1);
    assert.equal(await records.trim(9100, 100), 0);
    assert.deepEqual(
      (await records.read({ node: 'n', stream: 's', limit: 9 })).map((one) => one.number),
      [4, 5],
    );
    assert.equal((await records.append(aBatch([1, 2, 3]))).stored.length, 0);
    assert.equal((await records.positions('n'))[0]?.upTo, 5);
  });

  check('records: a node cannot make streams without end', async ({ records }) => {
    const make = (index: number) => records.append(aBatch([1], { incarnation: `i${index}` }));
    for (let index = 0; index < STREAMS_PER_NODE_MAX; index += 1) await make(index);
    await assert.rejects(make(STREAMS_PER_NODE_MAX), { code: 'too-many' });
    assert.equal((await records.append(aBatch([2], { incarnation: 'i0' }))).upTo, 2);
    assert.equal((await records.append(aBatch([1], { node: 'other' }))).upTo, 1);
  });

  check('what a caller changes afterwards does not change what is kept', async ({ store, records }) => {
    const write = site('a');
    const batch = aBatch([1]);
    await store.commit({ ...by, resources: [write] });
    await records.append(batch);
    write.put!.labels['plant'] = 'changed';
    (batch.records[0]!.body as { flow: string }).flow = 'changed';
    (await store.getResource('Site', 'a'))!.labels['plant'] = 'changed';
    assert.equal((await store.getResource('Site', 'a'))?.labels['plant'], 'pv');
    assert.equal((await records.read({ node: 'n', stream: 's', flow: 'f', limit: 9 })).length, 1);
  });

  check('after close every call says so', async ({ store, records, close }) => {
    await close();
    await close();
    await assert.rejects(store.getResource('Site', 'a'), { code: 'closed' });
    await assert.rejects(store.commit({ ...by, resources: [site('a')] }), { code: 'closed' });
    await assert.rejects(records.append(aBatch([1])), { code: 'closed' });
  });
}
