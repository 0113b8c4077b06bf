import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Files } from './files.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const text = (found: Uint8Array | undefined) => (found === undefined ? undefined : Buffer.from(found).toString());

/** What every `Files` does. `make` gives one with an empty root; `again` another object over the same root. */
export function filesConformance(name: string, make: () => Promise<{ files: Files; again: () => Files }>): void {
  test(`${name}: a file is missing, then written, replaced, read in part and removed`, async () => {
    const { files, again } = await make();
    assert.equal(await files.read('t', 'a/b/c'), undefined);
    assert.equal(await files.readRange('t', 'a/b/c', 0, 10), undefined);
    assert.equal(await files.remove('t', 'a/b/c'), false);
    await files.writeDurable('t', 'a/b/c', bytes('first'));
    await files.writeDurable('t', 'a/b/c', bytes('second'));
    assert.equal(text(await again().read('t', 'a/b/c')), 'second');
    assert.equal(text(await files.readRange('t', 'a/b/c', 1, 3)), 'eco');
    assert.equal(text(await files.readRange('t', 'a/b/c', 4, 100)), 'nd');
    assert.equal(text(await files.readRange('t', 'a/b/c', 100, 5)), '');
    assert.equal(await files.remove('t', 'a/b/c'), true);
    assert.equal(await files.read('t', 'a/b/c'), undefined);
  });

  test(`${name}: an empty file is there, and is not a missing one`, async () => {
    const { files } = await make();
    await files.writeDurable('t', 'empty', new Uint8Array());
    assert.equal(text(await files.read('t', 'empty')), '');
  });

  test(`${name}: many writes of one file at once leave one of them, whole`, async () => {
    const { files } = await make();
    const bodies = Array.from({ length: 20 }, (_, i) => String(i).repeat(1000));
    await Promise.all(bodies.map((body) => files.writeDurable('t', 'x', bytes(body))));
    assert.ok(bodies.includes(text(await files.read('t', 'x'))!));
    assert.deepEqual(
      (await files.list('t', '')).map((entry) => entry.name),
      ['x'],
    );
  });

  test(`${name}: appended bytes come in order, from several chunks and over a reopening`, async () => {
    const { files, again } = await make();
    const file = await files.openAppend('t', 'logs/one');
    assert.equal(file.size(), 0);
    await file.append('t', [bytes('one '), new Uint8Array(), bytes('two ')]);
    await file.append('t', []);
    await file.sync('t');
    assert.equal(file.size(), 8);
    await file.close();
    const reopened = await again().openAppend('t', 'logs/one');
    assert.equal(reopened.size(), 8);
    const many = Array.from({ length: 3000 }, (_, i) => bytes(`${i},`));
    await reopened.append('t', many);
    await reopened.sync('t');
    assert.equal(text(await files.read('t', 'logs/one')), `one two ${many.map(text).join('')}`);
    await reopened.close();
  });

  test(`${name}: a cut file goes on where it was cut`, async () => {
    const { files } = await make();
    const file = await files.openAppend('t', 'log');
    await file.append('t', [bytes('0123456789')]);
    await file.truncate('t', 4);
    assert.equal(file.size(), 4);
    await file.append('t', [bytes('x')]);
    await file.sync('t');
    assert.equal(text(await files.read('t', 'log')), '0123x');
    await file.close();
  });

  test(`${name}: a moved file replaces the one at its new place`, async () => {
    const { files } = await make();
    assert.equal(await files.move('t', 'from', 'deep/to'), false);
    await files.writeDurable('t', 'from', bytes('new'));
    await files.writeDurable('t', 'deep/to', bytes('old'));
    assert.equal(await files.move('t', 'from', 'deep/to'), true);
    assert.equal(await files.read('t', 'from'), undefined);
    assert.equal(text(await files.read('t', 'deep/to')), 'new');
  });

  test(`${name}: a directory is listed in order, with sizes, one level deep`, async () => {
    const { files } = await make();
    assert.deepEqual(await files.list('t', 'nowhere'), []);
    await files.writeDurable('t', 'd/b', bytes('12'));
    await files.writeDurable('t', 'd/a', bytes('1'));
    await files.writeDurable('t', 'd/c/deep', bytes('123'));
    assert.deepEqual(await files.list('t', 'd'), [
      { name: 'a', directory: false, bytes: 1 },
      { name: 'b', directory: false, bytes: 2 },
      { name: 'c', directory: true, bytes: 0 },
    ]);
    assert.deepEqual(await files.list('t', ''), [{ name: 'd', directory: true, bytes: 0 }]);
  });

  test(`${name}: a path that could leave the root is refused, and nothing is written`, async () => {
    const { files } = await make();
    for (const path of ['../x', '/etc/passwd', 'a/../../x', 'a//b', './a', 'a\0b', 'C:\\x']) {
      await assert.rejects(async () => files.writeDurable('t', path, bytes('x')), { code: 'bad-request' }, path);
      await assert.rejects(async () => files.read('t', path), { code: 'bad-request' }, path);
      await assert.rejects(async () => files.move('t', 'a', path), { code: 'bad-request' }, path);
    }
    assert.deepEqual(await files.list('t', ''), []);
  });

  test(`${name}: a lock is held once, and can be taken again when it was released`, async () => {
    const { files, again } = await make();
    const lock = await files.lock('t', 'here.lock');
    await assert.rejects(async () => again().lock('t', 'here.lock'), { code: 'in-use' });
    const other = await files.lock('t', 'there.lock');
    await other.release();
    await lock.release();
    await lock.release();
    await (await again().lock('t', 'here.lock')).release();
  });

  test(`${name}: free space is a number of bytes`, async () => {
    const { files } = await make();
    assert.ok((await files.freeSpace('t')) > 1_000_000);
  });
}
