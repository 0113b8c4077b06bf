import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../../contracts/errors.ts';
import { aBatch, databaseConformance } from '../conformance.ts';
import { type MemoryDatabase, memoryDatabase } from './memory-database.ts';

databaseConformance('memory', {
  make: async () => memoryDatabase(),
  reopen: async (database) => {
    await database.close();
    return (database as MemoryDatabase).crash();
  },
});

test('a full disk refuses writes, keeps what was there, and goes on when there is space again', async () => {
  const { records, failWrites } = memoryDatabase();
  await records.append(aBatch([1]));
  failWrites(new EdgeError('disk-full', 'full'));
  await assert.rejects(records.append(aBatch([2])), { code: 'disk-full' });
  failWrites(undefined);
  assert.equal((await records.append(aBatch([2]))).upTo, 2);
});

test('after a crash the old one never answers and the new one has what was acknowledged', async () => {
  const old = memoryDatabase();
  await old.records.append(aBatch([1]));
  const answered: unknown[] = [];
  void old.records.append(aBatch([2])).then((answer) => answered.push(answer));
  const fresh = old.crash();
  assert.equal((await fresh.records.append(aBatch([2]))).upTo, 2);
  assert.deepEqual(answered, []);
});
