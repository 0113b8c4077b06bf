import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { diskFiles } from './disk-files.ts';
import { filesConformance } from './files-conformance.ts';

const made: string[] = [];
after(() => Promise.all(made.map((root) => rm(root, { recursive: true, force: true }))));

async function newRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'orla-files-'));
  made.push(root);
  return root;
}

filesConformance('disk', async () => {
  const root = join(await newRoot(), 'not/there/yet');
  return { files: diskFiles(root), again: () => diskFiles(root) };
});

test('disk: what a crash in the middle of a write left is neither listed nor in the way', async () => {
  const root = await newRoot();
  await writeFile(join(root, 'a.unfinished'), 'half');
  const files = diskFiles(root);
  assert.deepEqual(await files.list('t', ''), []);
  await files.writeDurable('t', 'a', new Uint8Array(3));
  assert.deepEqual(await files.list('t', ''), [{ name: 'a', directory: false, bytes: 3 }]);
});

test('disk: a failure says what was tried, where, and keeps its cause', async () => {
  const files = diskFiles(await newRoot());
  await files.writeDurable('t', 'file', new Uint8Array(1));
  await assert.rejects(files.writeDurable('keep:manifest', 'file/below', new Uint8Array(1)), (error) => {
    assert.ok(error instanceof Error && 'code' in error && 'where' in error);
    assert.equal(error.code, 'disk-failed');
    assert.equal(error.where, 'file/below');
    assert.match(error.message, /^keep:manifest: the disk answered E(NOTDIR|EXIST)/);
    assert.ok(error.cause instanceof Error);
    return true;
  });
});

// /dev/full takes no byte; other systems have none.
if (process.platform === 'linux') {
  test('disk: a full device is disk-full', async () => {
    const file = await diskFiles('/dev').openAppend('t', 'full');
    await assert.rejects(file.append('journal:append', [new Uint8Array(10)]), { code: 'disk-full' });
    await file.close();
  });
}

test('disk: a lock ends with the process that held it, also by SIGKILL', async () => {
  const root = await newRoot();
  const module = new URL('./disk-files.ts', import.meta.url).href;
  const source = `const { diskFiles } = await import(${JSON.stringify(module)});
    await diskFiles(${JSON.stringify(root)}).lock('t', 'lock');
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const files = diskFiles(root);
  await assert.rejects(files.lock('t', 'lock'), { code: 'in-use' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await files.lock('t', 'lock')).release();
});
