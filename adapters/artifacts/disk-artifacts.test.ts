import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { seededRandom } from '../system/random.ts';
import { artifactsConformance, inChunks, sha256Of, someBytes } from './conformance.ts';
import { diskArtifacts } from './disk-artifacts.ts';

const folder = mkdtempSync(join(tmpdir(), 'orla-artifacts-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const newRoot = () => mkdtempSync(join(folder, 'root-'));

artifactsConformance('disk', () => diskArtifacts(newRoot(), seededRandom(1)));

test('bytes that rot on the disk are found before they are handed on, and removed', async () => {
  const root = newRoot();
  const artifacts = await diskArtifacts(root, seededRandom(1));
  const digest = sha256Of(someBytes);
  await artifacts.write(digest, someBytes.length, 0, inChunks(someBytes));
  writeFileSync(await artifacts.verifiedPath(digest), 'rotten');
  await assert.rejects(artifacts.verifiedPath(digest), { code: 'corrupt' });
  assert.equal(await artifacts.has(digest), false);
});

test('what a process staged before it ended is gone after the next start', async () => {
  const root = newRoot();
  await (await diskArtifacts(root, seededRandom(1))).stage(inChunks(someBytes), someBytes.length);
  assert.equal(readdirSync(join(root, 'staged')).length, 1);
  await diskArtifacts(root, seededRandom(2));
  assert.equal(readdirSync(join(root, 'staged')).length, 0);
});
