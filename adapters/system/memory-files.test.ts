import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import { filesConformance } from './files-conformance.ts';
import { type MemoryFiles, memoryFiles } from './memory-files.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const text = (found: Uint8Array | undefined) => (found === undefined ? undefined : Buffer.from(found).toString());

filesConformance('memory', async () => {
  const files = memoryFiles();
  return { files, again: () => files };
});

/** Everything that was found in `path` after power cuts with many seeds. */
async function foundAfterPowerCuts(path: string, prepare: (files: MemoryFiles) => Promise<void>) {
  const found = new Set<string | undefined>();
  for (let seed = 0; seed < 200; seed++) {
    const files = memoryFiles();
    await prepare(files);
    found.add(text(await files.crash({ powerCutSeed: seed }).read('t', path)));
  }
  return found;
}

test('a power cut leaves what was synced, and any part or none of the rest', async () => {
  const found = await foundAfterPowerCuts('log', async (files) => {
    const file = await files.openAppend('t', 'log');
    await file.append('t', [bytes('kept ')]);
    await file.sync('t');
    await file.append('t', [bytes('tail')]);
  });
  for (const each of found) assert.ok(each?.startsWith('kept '), each);
  for (const each of ['kept ', 'kept t', 'kept tail']) assert.ok(found.has(each), each);
  assert.ok(
    [...found].some((each) => !'kept tail'.startsWith(each!)),
    'some tails hold bytes that nobody wrote',
  );
});

test('SIGKILL leaves everything that was written', async () => {
  const files = memoryFiles();
  await (await files.openAppend('t', 'log')).append('t', [bytes('tail')]);
  await files.lock('t', 'lock');
  const next = files.crash();
  assert.equal(text(await next.read('t', 'log')), 'tail');
  await next.lock('t', 'lock');
});

test('bytes of a failed sync may be gone, although they could be read and a later sync succeeded', async () => {
  const found = await foundAfterPowerCuts('log', async (files) => {
    const file = await files.openAppend('t', 'log');
    await file.append('t', [bytes('a')]);
    files.fail('sync', undefined, 1);
    await assert.rejects(file.sync('sync'), { code: 'disk-failed' });
    assert.equal(text(await files.read('t', 'log')), 'a');
    await file.append('t', [bytes('b')]);
    await file.sync('sync');
  });
  assert.ok(found.has('\0b') && found.has('ab'));
});

test('a removed file may be back, until its directory is next synced', async () => {
  const remove = async (files: MemoryFiles) => {
    await files.writeDurable('t', 'd/old', bytes('old'));
    await files.remove('t', 'd/old');
  };
  assert.deepEqual(await foundAfterPowerCuts('d/old', remove), new Set(['old', undefined]));
  const synced = await foundAfterPowerCuts('d/old', async (files) => {
    await remove(files);
    await files.writeDurable('t', 'd/new', bytes('new'));
  });
  assert.deepEqual(synced, new Set([undefined]));
});

test('a truncation that was not synced may be undone', async () => {
  const cutTwice = async (files: MemoryFiles) => {
    const file = await files.openAppend('t', 'log');
    await file.append('t', [bytes('0123456789')]);
    await file.sync('t');
    await file.truncate('t', 6);
    await file.truncate('t', 3);
    return file;
  };
  assert.deepEqual(
    await foundAfterPowerCuts('log', async (files) => void (await cutTwice(files))),
    new Set(['0123456789', '012']),
  );
  const synced = await foundAfterPowerCuts('log', async (files) => (await cutTwice(files)).sync('t'));
  assert.deepEqual(synced, new Set(['012']));
});

test('calls of a process that has ended never answer', async () => {
  const files = memoryFiles();
  let answered = false;
  const done = () => {
    answered = true;
  };
  const file = await files.openAppend('t', 'log');
  void file.append('t', [bytes('under way')]).then(done, done);
  const next = files.crash();
  void files.writeDurable('t', 'x', bytes('x')).then(done, done);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, false);
  assert.deepEqual(await next.list('t', ''), [{ name: 'log', directory: false, bytes: 0 }]);
});

test('one named call fails as often as asked, and its neighbours do not', async () => {
  const files = memoryFiles();
  const stop = files.fail('keep:a', new EdgeError('disk-failed', 'worn out'));
  await assert.rejects(files.writeDurable('keep:a', 'a', bytes('1')), { message: 'worn out' });
  await files.writeDurable('keep:b', 'a', bytes('2'));
  stop();
  await files.writeDurable('keep:a', 'a', bytes('3'));
  files.fail((op, path) => op.startsWith('keep') && path === 'b', undefined, 1);
  await files.writeDurable('keep:a', 'a', bytes('4'));
  await assert.rejects(files.writeDurable('keep:a', 'b', bytes('5')), { code: 'disk-failed' });
  await files.writeDurable('keep:a', 'b', bytes('6'));
  assert.equal(text(await files.read('t', 'b')), '6');
});

test('a failing append leaves a part behind, as disks do', async () => {
  const files = memoryFiles();
  const file = await files.openAppend('t', 'log');
  files.fail('append', undefined, 1);
  await assert.rejects(file.append('append', [bytes('01'), bytes('2345')]));
  assert.equal(text(await files.read('t', 'log')), '012');
});

test('a full disk takes what fits, says so, and works again when there is room', async () => {
  const files = memoryFiles({ capacityBytes: 10 });
  const file = await files.openAppend('t', 'log');
  await assert.rejects(file.append('t', [bytes('01234'), bytes('56789ab')]), { code: 'disk-full' });
  assert.equal(file.size(), 10);
  assert.equal(await files.freeSpace('t'), 0);
  await assert.rejects(files.writeDurable('t', 'x', bytes('1')), { code: 'disk-full' });
  await file.truncate('t', 5);
  await files.writeDurable('t', 'x', bytes('12345'));
  await assert.rejects(files.writeDurable('t', 'x', bytes('6')), { code: 'disk-full' });
  assert.equal(text(await files.read('t', 'x')), '12345');
  files.setCapacity(20);
  await files.writeDurable('t', 'x', bytes('6'));
  assert.equal(files.usedBytes(), 6);
});

test('paused calls wait until they are let go', async () => {
  const files = memoryFiles();
  const release = files.pause('t');
  let written = false;
  const writing = files.writeDurable('t', 'x', bytes('1')).then(() => {
    written = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(written, false);
  release();
  await writing;
  assert.equal(text(await files.read('other', 'x')), '1');
});
