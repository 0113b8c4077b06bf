import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../system/fake-clock.ts';
import type { Files } from '../system/files.ts';
import { type MemoryFiles, memoryFiles } from '../system/memory-files.ts';
import { seededRandom } from '../system/random.ts';
import { type FileJournal, openFileJournal } from './file-journal.ts';
import { aBatch, aCheckpoint, aRecord, readAll, valueIn } from './journal-builders.ts';
import { QUEUED_BYTES_MAX } from './port.ts';

const everything = { maxRecords: 1000, maxBytes: 1e9 };

function open(files: Files, segmentBytes?: number, seed = 1): Promise<FileJournal> {
  const clock = createFakeClock(1_700_000_000_000);
  return openFileJournal({
    files,
    clock,
    random: seededRandom(seed),
    ...(segmentBytes === undefined ? {} : { segmentBytes, reserveBytes: 1000 }),
  });
}

async function valuesIn(journal: FileJournal, stream = 's'): Promise<number[]> {
  return (await readAll(journal, stream)).records.map((record) => valueIn(record.body));
}

/** The same files with every sync and append counted. */
function counted(files: MemoryFiles): { files: Files; count: Map<string, number> } {
  const count = new Map<string, number>();
  files.pause((op) => {
    count.set(op, (count.get(op) ?? 0) + 1);
    return false;
  });
  return { files, count };
}

/** Changes one byte of a file on the disk of a process that has ended. */
async function damage(files: MemoryFiles, path: string, where: (bytes: Uint8Array) => number): Promise<void> {
  const bytes = (await files.read('test', path))!;
  bytes[where(bytes)]! ^= 0x40;
  await files.writeDurable('test', path, bytes);
}

function indexOf(bytes: Uint8Array, text: string): number {
  const at = Buffer.from(bytes).indexOf(text);
  assert.ok(at >= 0, `${text} is in the file`);
  return at;
}

test('a thousand appends at once share a few syncs', async () => {
  const { files, count } = counted(memoryFiles());
  const journal = await open(files);
  await Promise.all(Array.from({ length: 1000 }, (_, i) => journal.append(aBatch('s', [i]))));
  assert.ok(count.get('journal:sync')! <= 3, `${count.get('journal:sync')} syncs`);
  await journal.close();
});

test('what comes while the disk syncs goes out together with the next sync', async () => {
  const { files, count } = counted(memoryFiles());
  const journal = await open(files);
  const release = (files as MemoryFiles).pause('journal:sync');
  const first = journal.append(aBatch('s', [0]));
  await new Promise((resolve) => setImmediate(resolve));
  const others = Array.from({ length: 50 }, (_, i) => journal.append(aBatch('s', [i + 1])));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    await journal.read('s', 0, everything),
    { records: [], dropped: [] },
    'nothing is shown before it is safe',
  );
  assert.equal(journal.observe().find(({ stream }) => stream === 's')?.published ?? 0, 0);
  release();
  await Promise.all([first, ...others]);
  assert.equal(count.get('journal:sync'), 2);
  assert.equal((await valuesIn(journal)).length, 51);
  await journal.close();
});

test('an acknowledgement needs no sync of its own', async () => {
  const { files, count } = counted(memoryFiles());
  const journal = await open(files);
  await journal.append(aBatch('s', [1, 2, 3]));
  const before = count.get('journal:sync');
  await journal.acknowledge('s', 2);
  assert.equal(count.get('journal:sync'), before);
  await journal.close();
  const again = await open(files);
  assert.deepEqual(await valuesIn(again), [3]);
  await again.close();
});

test('a batch over several streams and its checkpoint come back whole or not at all', async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const files = memoryFiles();
    const journal = await open(files);
    await journal.append(aBatch('s', [0], aCheckpoint('f', 0)));
    const records = ['a', 'b', 'c'].map((stream, i) => ({ stream, body: aRecord(i, 600) }));
    files.pause('journal:sync');
    void journal.append({ records, checkpoint: aCheckpoint('f', 1) });
    await new Promise((resolve) => setImmediate(resolve));
    const after = await open(files.crash({ powerCutSeed: seed }));
    const found = (await Promise.all(['a', 'b', 'c'].map((stream) => valuesIn(after, stream)))).flat().length;
    seen.add(`${found} with checkpoint ${after.checkpoints()[0]?.body}`);
    assert.deepEqual(await valuesIn(after), [0]);
    await after.close();
  }
  assert.deepEqual([...seen].sort(), ['0 with checkpoint 0', '3 with checkpoint 1']);
});

test('a full disk: appends say so and leave nothing; with room again they go on by themselves', async () => {
  const files = memoryFiles();
  let journal = await open(files);
  await journal.append(aBatch('s', [0]));
  files.setCapacity(files.usedBytes() + 100);
  for (const value of [1, 2])
    await assert.rejects(journal.append(aBatch('s', [value], aCheckpoint('f', value))), { code: 'disk-full' });
  assert.deepEqual(await valuesIn(journal), [0]);
  assert.deepEqual(journal.checkpoints(), []);
  assert.equal(journal.observe()[0]?.refused, 2, 'what was turned away is counted');
  files.setCapacity(1e9);
  assert.deepEqual((await journal.append(aBatch('s', [3]))).numbers, [2]);
  journal = await open(files.crash({ powerCutSeed: 3 }));
  assert.deepEqual(await valuesIn(journal), [0, 3]);
  assert.equal(journal.observe()[0]?.refused, 2);
  await journal.close();
});

test('a journal that filled the disk itself gets room from acknowledgements', async () => {
  const files = memoryFiles();
  const journal = await open(files, 2000);
  let last = 0;
  files.setCapacity(20_000);
  const fill = async () => {
    for (;;)
      last = (await journal.append({ records: [{ stream: 's', body: aRecord(last, 200) }], checkpoint: null }))
        .numbers[0]!;
  };
  await assert.rejects(fill(), { code: 'disk-full' });
  assert.ok(last > 30);
  // Not one byte is left to write down what was acknowledged.
  files.setCapacity(files.usedBytes());
  await journal.acknowledge('s', last);
  const before = last;
  await assert.rejects(fill(), { code: 'disk-full' });
  assert.ok(last > before + 30);
  await journal.close();
});

test('one failed sync: the batch is written again elsewhere, and survives power loss', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const files = memoryFiles();
    const journal = await open(files);
    await journal.append(aBatch('s', [0]));
    files.fail('journal:sync', undefined, 1);
    assert.deepEqual((await journal.append(aBatch('s', [1]))).numbers, [2]);
    await journal.append(aBatch('s', [2]));
    const after = await open(files.crash({ powerCutSeed: seed }));
    assert.deepEqual(await valuesIn(after), [0, 1, 2]);
    await after.close();
  }
});

test('a disk that fails for a while: appends reject, numbers are not used up, nothing comes back', async () => {
  const files = memoryFiles();
  const journal = await open(files);
  await journal.append(aBatch('s', [0]));
  const heal = files.fail((op) => op !== 'journal:read');
  await assert.rejects(journal.append(aBatch('s', [1])), { code: 'disk-failed' });
  heal();
  assert.deepEqual((await journal.append(aBatch('s', [2]))).numbers, [2]);
  const after = await open(files.crash());
  assert.deepEqual(await valuesIn(after), [0, 2]);
  await after.close();
});

test('what could be read after a failed sync and SIGKILL is still there after a power cut', async () => {
  for (let seed = 0; seed < 20; seed++) {
    let files = memoryFiles();
    const journal = await open(files);
    await journal.append(aBatch('s', [0]));
    files.fail('journal:sync');
    const failed = journal.append(aBatch('s', [1]));
    // The process ends in the middle of the failed sync, before it could cut anything off.
    files.pause('journal:truncate');
    await Promise.race([failed.catch(() => undefined), new Promise((resolve) => setImmediate(resolve))]);
    files = files.crash();
    const second = await open(files);
    const seen = await valuesIn(second);
    files = files.crash({ powerCutSeed: seed });
    const third = await open(files);
    assert.deepEqual(await valuesIn(third), seen);
    assert.deepEqual(third.recovery.lost, []);
    await third.close();
  }
});

test('damage to older data is reported with exact numbers, stays reported, and the rest is read', async () => {
  let files = memoryFiles();
  const journal = await open(files);
  for (let i = 0; i < 6; i++) await journal.append(aBatch('s', [10 * i, 10 * i + 1]));
  await journal.close();
  files = files.crash();
  await damage(files, '0000000001.log', (bytes) => indexOf(bytes, '"value":31'));
  for (let round = 0; round < 3; round++) {
    const again = await open(files);
    assert.deepEqual(await valuesIn(again), [0, 1, 10, 11, 20, 21, 40, 41, 50, 51]);
    assert.deepEqual((await readAll(again, 's')).dropped, [{ from: 7, to: 8, because: 'corrupt' }]);
    assert.equal(again.observe().find(({ stream }) => stream === 's')?.dropped, 2);
    if (round === 0) {
      assert.ok(again.recovery.damagedBytes > 0);
      assert.deepEqual(again.recovery.lost, [{ stream: 's', from: 7, to: 8, because: 'corrupt' }]);
    } else assert.deepEqual(again.recovery.lost, [], 'it was written down in the meantime');
    assert.deepEqual((await again.append(aBatch('other', [round]))).numbers, [round + 1]);
    await again.close();
    files = files.crash();
  }
});

test('damage that comes while the journal is open is found by the read, and counted', async () => {
  const files = memoryFiles();
  const journal = await open(files);
  await journal.append(aBatch('s', [1]));
  await journal.append(aBatch('s', [2]));
  await journal.append(aBatch('s', [3]));
  await damage(files, '0000000001.log', (bytes) => indexOf(bytes, '"value":2'));
  assert.deepEqual(await valuesIn(journal), [1, 3]);
  assert.deepEqual((await readAll(journal, 's')).dropped, [{ from: 2, to: 2, because: 'corrupt' }]);
  assert.equal(journal.observe()[0]?.dropped, 1);
  await journal.close();
});

test('damage to the newest head loses nothing: positions, numbers and checkpoints stand in the segment before', async () => {
  let files = memoryFiles();
  let journal = await open(files);
  await journal.append(aBatch('s', [1, 2, 3], aCheckpoint('f', 'kept')));
  await journal.acknowledge('s', 3);
  const [before] = journal.observe();
  await journal.close();
  files = files.crash();
  journal = await open(files);
  await journal.append(aBatch('other', [1]));
  await journal.close();
  files = files.crash();
  await damage(files, '0000000002.log', () => 25);
  journal = await open(files, undefined, 99);
  assert.deepEqual(
    journal.observe().find(({ stream }) => stream === 's'),
    before,
  );
  assert.deepEqual((await journal.append(aBatch('s', [4]))).numbers, [4]);
  assert.deepEqual(journal.checkpoints(), [aCheckpoint('f', 'kept')]);
  await journal.close();
});

test('a journal of a later form is left alone', async () => {
  let files = memoryFiles();
  const journal = await open(files);
  await journal.append(aBatch('s', [1]));
  await journal.close();
  files = files.crash();
  const bytes = (await files.read('test', '0000000001.log'))!;
  bytes[3]! += 1;
  await files.writeDurable('test', '0000000001.log', bytes);
  await assert.rejects(open(files), { code: 'not-supported', where: '0000000001.log' });
  assert.deepEqual(await files.read('test', '0000000001.log'), bytes);
});

test('two processes cannot have one journal open; after the first has ended the second can', async () => {
  const files = memoryFiles();
  const journal = await open(files);
  await assert.rejects(open(files), { code: 'in-use' });
  await journal.close();
  await (await open(files)).close();
  await open(files);
  await (await open(files.crash())).close();
});

test('a long life in a small stream stays small on the disk, in memory and in files', async () => {
  const files = memoryFiles();
  const journal = await open(files, 4096);
  journal.setPolicies({
    s: { maxBytes: 20_000, onFull: 'drop-oldest', priority: 5 },
    slow: { maxBytes: 20_000, onFull: 'drop-oldest', priority: 5 },
  });
  let most = 0;
  for (let i = 0; i < 3000; i++) {
    await journal.append(aBatch(i % 100 === 0 ? 'slow' : 's', [i], aCheckpoint('f', i)));
    most = Math.max(most, files.usedBytes());
  }
  // Twice what is kept, the growing and the newest closed segment, one of slack, and heads.
  assert.ok(most < 2 * 40_000 + 4 * 4096 + 5000, `${most} bytes on the disk`);
  assert.equal((await readAll(journal, 'slow')).records.length, 30, 'rare records were carried along');
  assert.ok((await files.list('t', '')).length < 30);
  await journal.close();
});

test('many restarts do not leave many files', async () => {
  const files = memoryFiles();
  for (let i = 0; i < 80; i++) {
    const journal = await open(files);
    await journal.append(aBatch('s', [i]));
    await journal.close();
  }
  const journal = await open(files);
  assert.deepEqual(
    await valuesIn(journal),
    Array.from({ length: 80 }, (_, i) => i),
  );
  assert.ok((await files.list('t', '')).length < 25);
  await journal.close();
});

test('starting and stopping without a record writes nothing', async () => {
  const files = memoryFiles();
  await (await open(files)).close();
  assert.equal(files.usedBytes(), 0);
  const journal = await open(files);
  await journal.append(aBatch('s', [1]));
  await journal.close();
  const used = files.usedBytes();
  for (let i = 0; i < 3; i++) await (await open(files)).close();
  assert.equal(files.usedBytes(), used);
});

test('when the disk stands still, the queue has an end', async () => {
  const files = memoryFiles();
  const journal = await open(files);
  const release = files.pause('journal:sync');
  const large = {
    records: Array.from({ length: 12 }, (_, i) => ({ stream: 's', body: aRecord(i, 500_000) })),
    checkpoint: null,
  };
  const waiting = [journal.append(large)];
  await new Promise((resolve) => setImmediate(resolve));
  for (let queued = 0; queued + 6_100_000 < QUEUED_BYTES_MAX; queued += 6_100_000) waiting.push(journal.append(large));
  await assert.rejects(journal.append(large), { code: 'too-many' });
  release();
  const answers = await Promise.all(waiting);
  assert.equal(answers.flatMap(({ numbers }) => numbers).length, 12 * waiting.length);
  await journal.close();
});

test('closing waits for what was appended', async () => {
  const files = memoryFiles();
  const journal = await open(files);
  const appended = journal.append(aBatch('s', [1]));
  await journal.close();
  assert.deepEqual((await appended).numbers, [1]);
  const again = await open(files);
  assert.deepEqual(await valuesIn(again), [1]);
  await again.close();
});
