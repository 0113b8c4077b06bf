import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Artifacts } from './port.ts';

/** Bytes for tests: larger than one read. */
export const someBytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export async function* inChunks(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A line that breaks after so many bytes. */
export async function* broken(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* inChunks(bytes);
  throw new Error('the line broke');
}

/** What every `Artifacts` promises; `make` gives an empty one. */
export function artifactsConformance(name: string, make: () => Promise<Artifacts>): void {
  const digest = sha256Of(someBytes);
  const size = someBytes.length;
  const check = (what: string, body: (artifacts: Artifacts) => Promise<void>) =>
    test(`${name}: ${what}`, async () => body(await make()));

  check('what was written is there, whole and in ranges', async (artifacts) => {
    assert.equal(await artifacts.has(digest), false);
    await artifacts.write(digest, size, 0, inChunks(someBytes));
    assert.equal(await artifacts.has(digest), true);
    assert.equal(await artifacts.partial(digest), 0);
    assert.deepEqual(await artifacts.list(), [{ sha256: digest, sizeBytes: size }]);
    assert.ok(someBytes.equals(await gathered(artifacts.read(digest))));
    const range = await gathered(artifacts.read(digest, { from: 100, to: 399_999 }));
    assert.ok(someBytes.subarray(100, 400_000).equals(range));
    assert.ok((await artifacts.verifiedPath(digest)).endsWith(digest));
  });

  check('a broken line keeps what came, and the next write goes on from there', async (artifacts) => {
    await assert.rejects(artifacts.write(digest, size, 0, broken(someBytes.subarray(0, 300_000))), /the line broke/);
    assert.equal(await artifacts.has(digest), false);
    assert.equal(await artifacts.partial(digest), 300_000);
    await artifacts.write(digest, size, 200_000, inChunks(someBytes.subarray(200_000, 250_000)));
    assert.equal(await artifacts.partial(digest), 250_000);
    await artifacts.write(digest, size, 250_000, inChunks(someBytes.subarray(250_000)));
    assert.ok(someBytes.equals(await gathered(artifacts.read(digest))));
  });

  check('bytes of another digest are refused and forgotten', async (artifacts) => {
    const wrong = Buffer.from(someBytes);
    wrong[600_000]! ^= 1;
    await assert.rejects(artifacts.write(digest, size, 0, inChunks(wrong)), { code: 'corrupt' });
    assert.deepEqual([await artifacts.has(digest), await artifacts.partial(digest)], [false, 0]);
    await artifacts.write(digest, size, 0, inChunks(someBytes));
    assert.equal(await artifacts.has(digest), true);
  });

  check('more bytes than announced, a gap and a wrong name are refused', async (artifacts) => {
    await assert.rejects(artifacts.write(digest, 1000, 0, inChunks(someBytes)), { code: 'too-large' });
    assert.equal(await artifacts.partial(digest), 0);
    await assert.rejects(artifacts.write(digest, size, 5, inChunks(someBytes)), { code: 'bad-request' });
    await assert.rejects(artifacts.write('../../etc/passwd', 1, 0, inChunks(someBytes)), { code: 'bad-request' });
    await assert.rejects(gathered(artifacts.read('..')), { code: 'bad-request' });
  });

  check('writing what is there does nothing, also twice at the same time', async (artifacts) => {
    await Promise.all([1, 2, 3].map(() => artifacts.write(digest, size, 0, inChunks(someBytes))));
    await artifacts.write(digest, size, 0, broken(someBytes));
    assert.ok(someBytes.equals(await gathered(artifacts.read(digest))));
  });

  check('an empty artifact and one whose last write was only the end', async (artifacts) => {
    const empty = sha256Of(Buffer.alloc(0));
    await artifacts.write(empty, 0, 0, inChunks(Buffer.alloc(0)));
    assert.equal((await gathered(artifacts.read(empty))).length, 0);
    await assert.rejects(artifacts.write(digest, size, 0, broken(someBytes)), /the line broke/);
    assert.equal(await artifacts.has(digest), false);
    await artifacts.write(digest, size, size, inChunks(Buffer.alloc(0)));
    assert.equal(await artifacts.has(digest), true);
  });

  check('removing is final and may be repeated; what is not there is not found', async (artifacts) => {
    await artifacts.write(digest, size, 0, inChunks(someBytes));
    await artifacts.remove(digest);
    await artifacts.remove(digest);
    assert.equal(await artifacts.has(digest), false);
    await assert.rejects(gathered(artifacts.read(digest)), { code: 'not-found' });
    await assert.rejects(artifacts.verifiedPath(digest), { code: 'not-found' });
  });

  check('staged bytes are kept or discarded, and refused when too large', async (artifacts) => {
    const staged = await artifacts.stage(inChunks(someBytes), size);
    assert.deepEqual([staged.sha256, staged.sizeBytes], [digest, size]);
    assert.ok(someBytes.equals(await gathered(staged.read())));
    assert.equal(await artifacts.has(digest), false);
    await staged.keep();
    await staged.discard();
    assert.equal(await artifacts.has(digest), true);
    await (await artifacts.stage(inChunks(someBytes.subarray(1)), size)).discard();
    await assert.rejects(artifacts.stage(inChunks(someBytes), size - 1), { code: 'too-large' });
    await assert.rejects(artifacts.stage(broken(someBytes), size), /the line broke/);
    assert.equal((await artifacts.list()).length, 1);
  });
}
