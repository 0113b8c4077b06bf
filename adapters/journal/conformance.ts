import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OnFull, StreamPolicy } from '../../contracts/records.ts';
import type { FakeClock } from '../system/fake-clock.ts';
import { aBatch, aCheckpoint, aRecord, readAll, valueIn } from './journal-builders.ts';
import { BATCH_RECORDS_MAX, type Journal, RECORD_BYTES_MAX, STREAMS_MAX } from './port.ts';

const everything = { maxRecords: 1000, maxBytes: 1e9 };

function policy(onFull: OnFull, maxBytes = 4096, maxAge?: string): StreamPolicy {
  return { onFull, maxBytes, priority: 5, ...(maxAge === undefined ? {} : { maxAge }) };
}

/** What every `Journal` does. `make` gives an empty one that reads the clock. */
export function journalConformance(name: string, make: () => Promise<{ journal: Journal; clock: FakeClock }>): void {
  const numbers = async (journal: Journal, stream: string) =>
    (await readAll(journal, stream)).records.map((r) => r.number);

  test(`${name}: records come back in order, numbered from 1 in each stream, stamped with the wall time`, async () => {
    const { journal, clock } = await make();
    const records = [1, 2, 3].map((value) => ({ stream: value === 2 ? 'b' : 'a', body: aRecord(value) }));
    assert.deepEqual(await journal.append({ records, checkpoint: null }), { numbers: [1, 1, 2], dropped: [] });
    await clock.advance(500);
    assert.deepEqual((await journal.append(aBatch('a', [4]))).numbers, [3]);
    const { records: a, dropped } = await journal.read('a', 0, everything);
    assert.deepEqual(
      a.map((r) => [r.number, valueIn(r.body)]),
      [
        [1, 1],
        [2, 3],
        [3, 4],
      ],
    );
    assert.equal(a[2]!.at - a[0]!.at, 500);
    assert.equal(a[2]!.at, clock.now());
    assert.deepEqual(dropped, []);
    assert.deepEqual(
      (await journal.read('b', 0, everything)).records.map((r) => r.body),
      [aRecord(2)],
    );
    assert.deepEqual(await journal.read('nowhere', 0, everything), { records: [], dropped: [] });
    await journal.close();
  });

  test(`${name}: appends at once are numbered in the order of the calls`, async () => {
    const { journal } = await make();
    const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => journal.append(aBatch('s', [i]))));
    assert.deepEqual(
      answers.map((each) => each.numbers[0]),
      Array.from({ length: 300 }, (_, i) => i + 1),
    );
    const { records } = await readAll(journal, 's');
    assert.deepEqual(
      records.map((r) => valueIn(r.body)),
      Array.from({ length: 300 }, (_, i) => i),
    );
    await journal.close();
  });

  test(`${name}: reading keeps its limits, and gives at least one record`, async () => {
    const { journal } = await make();
    await journal.append(aBatch('s', [0, 1, 2, 3, 4]));
    const read = async (after: number, maxRecords: number, maxBytes: number) =>
      (await journal.read('s', after, { maxRecords, maxBytes })).records.map((r) => r.number);
    assert.deepEqual(await read(0, 2, 1e6), [1, 2]);
    assert.deepEqual(await read(3, 2, 1e6), [4, 5]);
    assert.deepEqual(await read(4, 2, 1), [5]);
    assert.deepEqual(await read(0, 9, 1), [1]);
    const bytes = JSON.stringify(aRecord(0)).length;
    assert.deepEqual(await read(0, 9, 2 * bytes), [1, 2]);
    assert.deepEqual(await read(5, 9, 1e6), []);
    await journal.close();
  });

  test(`${name}: what is acknowledged is gone and its room free; a number that was never given is refused`, async () => {
    const { journal } = await make();
    await journal.append(aBatch('s', [1, 2, 3]));
    await journal.acknowledge('s', 2);
    await journal.acknowledge('s', 1);
    assert.deepEqual(await numbers(journal, 's'), [3]);
    const [observed] = journal.observe();
    assert.deepEqual([observed?.published, observed?.acknowledged, observed?.pending], [3, 2, 1]);
    for (const bad of [4, 2.5]) await assert.rejects(journal.acknowledge('s', bad), { code: 'bad-request' });
    await assert.rejects(journal.acknowledge('nowhere', 1), { code: 'bad-request' });
    await journal.acknowledge('nowhere', 0);
    await journal.acknowledge('s', 3);
    assert.equal(journal.observe()[0]?.bytes, 0);
    assert.deepEqual((await journal.append(aBatch('s', [4]))).numbers, [4]);
    await journal.close();
  });

  test(`${name}: the newest checkpoint of each workload is kept with its batch`, async () => {
    const { journal } = await make();
    await journal.append(aBatch('s', [1], aCheckpoint('flow-a', { window: [1] })));
    await journal.append(aBatch('s', [], aCheckpoint('flow-b', 'b')));
    await journal.append(aBatch('s', [2], aCheckpoint('flow-a', { window: [1, 2] })));
    const kept = journal.checkpoints().sort((a, b) => (a.workload < b.workload ? -1 : 1));
    assert.deepEqual(kept, [aCheckpoint('flow-a', { window: [1, 2] }), aCheckpoint('flow-b', 'b')]);
    assert.deepEqual(await numbers(journal, 's'), [1, 2]);
    await journal.close();
  });

  test(`${name}: a full stream refuses the newest, counts it, and keeps the rest of the batch`, async () => {
    const { journal } = await make();
    journal.setPolicies({ full: policy('refuse-newest') });
    const given: (number | null)[] = [];
    for (let i = 0; i < 60; i++) {
      const batch = { records: ['full', 'other'].map((stream) => ({ stream, body: aRecord(i) })), checkpoint: null };
      given.push((await journal.append(batch)).numbers[0]!);
    }
    const kept = given.filter((number) => number !== null);
    assert.ok(kept.length > 10 && kept.length < 60);
    assert.deepEqual(given.slice(kept.length), new Array(60 - kept.length).fill(null));
    assert.deepEqual(await numbers(journal, 'full'), kept);
    assert.equal((await numbers(journal, 'other')).length, 60);
    const observed = journal.observe().find(({ stream }) => stream === 'full')!;
    assert.equal(observed.refused, 60 - kept.length);
    assert.ok(observed.bytes <= 4096 && observed.fill > 0.9 && observed.fill <= 1);
    await journal.acknowledge('full', 5);
    assert.deepEqual((await journal.append(aBatch('full', [60]))).numbers, [kept.length + 1]);
    await journal.close();
  });

  test(`${name}: a full stream gives up its oldest, and says which`, async () => {
    const { journal } = await make();
    journal.setPolicies({ s: policy('drop-oldest') });
    let dropped = 0;
    for (let i = 0; i < 100; i++) {
      const answer = await journal.append(aBatch('s', [i]));
      for (const range of answer.dropped) {
        assert.deepEqual([range.stream, range.from, range.because], ['s', dropped + 1, 'drop-oldest']);
        dropped = range.to;
      }
    }
    assert.ok(dropped > 50);
    const part = await readAll(journal, 's');
    assert.deepEqual(part.dropped, [{ from: 1, to: dropped, because: 'drop-oldest' }]);
    assert.deepEqual(
      part.records.map((r) => r.number),
      Array.from({ length: 100 - dropped }, (_, i) => dropped + 1 + i),
    );
    assert.equal(journal.observe()[0]?.dropped, dropped);
    await journal.close();
  });

  test(`${name}: a full stream gets coarser in its older half, and every number is accounted for`, async () => {
    const { journal } = await make();
    journal.setPolicies({ s: policy('downsample') });
    for (let i = 0; i < 200; i++) await journal.append(aBatch('s', [i]));
    const { records, dropped } = await readAll(journal, 's');
    const covered = new Set(records.map((r) => r.number));
    for (const { from, to } of dropped) for (let number = from; number <= to; number++) covered.add(number);
    assert.equal(covered.size, 200);
    assert.equal(records.length + journal.observe()[0]!.dropped, 200);
    const gaps = records.slice(1).map((record, i) => record.number - records[i]!.number);
    assert.ok(gaps.at(-1) === 1 && Math.max(...gaps) > 1, 'the newest are whole, the older ones thinned');
    assert.ok(records[0]!.number < 100, 'the past is coarse, not gone');
    await journal.close();
  });

  test(`${name}: one batch larger than its stream follows the policy within itself`, async () => {
    const { journal } = await make();
    journal.setPolicies({ s: policy('drop-oldest'), r: policy('refuse-newest') });
    const values = Array.from({ length: 100 }, (_, i) => i);
    const answer = await journal.append(aBatch('s', values));
    assert.deepEqual(
      answer.numbers,
      values.map((i) => i + 1),
    );
    const { records, dropped } = await readAll(journal, 's');
    assert.equal(records.length + dropped.reduce((sum, { from, to }) => sum + to - from + 1, 0), 100);
    assert.equal(valueIn(records.at(-1)!.body), 99);
    assert.ok((await journal.append(aBatch('r', values))).numbers.includes(null));
    await journal.close();
  });

  test(`${name}: a record larger than its stream is refused by every policy, and nothing gives way to it`, async () => {
    const { journal } = await make();
    for (const onFull of ['refuse-newest', 'drop-oldest', 'downsample'] as const) {
      journal.setPolicies({ [onFull]: policy(onFull) });
      await journal.append(aBatch(onFull, [1]));
      const answer = await journal.append({ records: [{ stream: onFull, body: aRecord(2, 5000) }], checkpoint: null });
      assert.deepEqual(answer, { numbers: [null], dropped: [] });
      assert.deepEqual(await numbers(journal, onFull), [1]);
    }
    await journal.close();
  });

  test(`${name}: records that are too old are given up`, async () => {
    const { journal, clock } = await make();
    journal.setPolicies({ s: policy('drop-oldest', 65_536, '1h') });
    await journal.append(aBatch('s', [1, 2]));
    await clock.advance(50 * 60_000);
    await journal.append(aBatch('s', [3]));
    await clock.advance(11 * 60_000);
    await journal.append(aBatch('s', [4]));
    const { records, dropped } = await readAll(journal, 's');
    assert.deepEqual(dropped, [{ from: 1, to: 2, because: 'expired' }]);
    assert.deepEqual(
      records.map((r) => r.number),
      [3, 4],
    );
    assert.equal(journal.observe()[0]?.dropped, 2);
    await journal.close();
  });

  test(`${name}: a smaller policy takes effect with the next record`, async () => {
    const { journal } = await make();
    await journal.append(
      aBatch(
        's',
        Array.from({ length: 100 }, (_, i) => i),
      ),
    );
    journal.setPolicies({ s: policy('drop-oldest') });
    await journal.append(aBatch('s', [100]));
    const [observed] = journal.observe();
    assert.ok(observed!.bytes <= 4096 && observed!.dropped > 50);
    await journal.close();
  });

  test(`${name}: what is too large or has no proper name is refused, and changes nothing`, async () => {
    const { journal } = await make();
    const large = {
      records: [
        { stream: 's', body: aRecord(1) },
        { stream: 's', body: aRecord(2, RECORD_BYTES_MAX) },
      ],
      checkpoint: null,
    };
    await assert.rejects(journal.append(large), { code: 'too-large' });
    const many = aBatch(
      's',
      Array.from({ length: BATCH_RECORDS_MAX + 1 }, () => 1),
    );
    await assert.rejects(journal.append(many), { code: 'too-large' });
    await assert.rejects(journal.append(aBatch('Not a name', [1])), { code: 'bad-request' });
    await assert.rejects(journal.append(aBatch('s', [1], aCheckpoint('f', 'x'.repeat(2e6)))), { code: 'too-large' });
    assert.deepEqual(journal.observe(), []);
    assert.deepEqual(journal.checkpoints(), []);
    await journal.close();
  });

  test(`${name}: there is a limit to the streams of a node`, async () => {
    const { journal } = await make();
    for (let i = 0; i < STREAMS_MAX; i++) await journal.append(aBatch(`s${i}`, [i]));
    const mixed = {
      records: [
        { stream: 's0', body: aRecord(1) },
        { stream: 'more', body: aRecord(2) },
      ],
      checkpoint: null,
    };
    await assert.rejects(journal.append(mixed), { code: 'too-many' });
    assert.deepEqual(await numbers(journal, 's0'), [1]);
    assert.equal(journal.observe().length, STREAMS_MAX);
    await journal.close();
  });

  test(`${name}: an empty batch is nothing, and a closed journal says so`, async () => {
    const { journal } = await make();
    assert.deepEqual(await journal.append({ records: [], checkpoint: null }), { numbers: [], dropped: [] });
    const last = journal.append(aBatch('s', [1]));
    await last;
    await journal.close();
    await journal.close();
    await assert.rejects(journal.append(aBatch('s', [1])), { code: 'closed' });
    await assert.rejects(journal.read('s', 0, everything), { code: 'closed' });
    await assert.rejects(journal.acknowledge('s', 1), { code: 'closed' });
    assert.throws(() => journal.observe(), { code: 'closed' });
    assert.throws(() => journal.checkpoints(), { code: 'closed' });
  });
}
