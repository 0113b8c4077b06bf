import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import { memoryFiles } from '../system/memory-files.ts';
import { seededRandom } from '../system/random.ts';
import { artifactsConformance, inChunks, sha256Of, someBytes } from './conformance.ts';
import { memoryArtifacts } from './memory-artifacts.ts';

artifactsConformance('memory', async () => memoryArtifacts(seededRandom(1)));

const digest = sha256Of(someBytes);
const size = someBytes.length;

test('a full disk is said, keeps what was there, and the write goes on when there is space', async () => {
  const files = memoryFiles({ capacityBytes: 400_000 });
  const artifacts = memoryArtifacts(seededRandom(1), files);
  await assert.rejects(artifacts.write(digest, size, 0, inChunks(someBytes)), { code: 'disk-full' });
  await assert.rejects(artifacts.stage(inChunks(someBytes), size), { code: 'disk-full' });
  assert.equal(await artifacts.has(digest), false);
  files.setCapacity(10_000_000);
  const from = await artifacts.partial(digest);
  await artifacts.write(digest, size, from, inChunks(someBytes.subarray(from)));
  assert.equal(await artifacts.has(digest), true);
});

test('after a power cut at any operation an artifact is whole or absent, and can be written again', async () => {
  const operations = ['open', 'append', 'sync', 'finish', 'read'].map((one) => `artifacts:${one}`);
  for (const operation of operations) {
    for (let seed = 0; seed < 5; seed += 1) {
      const files = memoryFiles();
      files.fail(operation, new EdgeError('disk-failed', 'power'));
      await memoryArtifacts(seededRandom(1), files)
        .write(digest, size, 0, inChunks(someBytes))
        .catch(() => undefined);
      const after = memoryArtifacts(seededRandom(2), files.crash({ powerCutSeed: `${operation}${seed}` }));
      const from = await after.partial(digest);
      const write = () => after.write(digest, size, 0, inChunks(someBytes));
      await after.write(digest, size, from, inChunks(someBytes.subarray(from))).catch(write);
      await after.verifiedPath(digest);
    }
  }
});
