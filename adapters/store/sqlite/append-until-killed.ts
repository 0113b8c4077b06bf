/** A process for the test of SIGKILL: appends record after record and says each number only when it was acknowledged. */
import { aBatch } from '../conformance.ts';
import { sqliteDatabase } from './sqlite-database.ts';

const { records, store } = sqliteDatabase({ path: process.argv[2] as string });
const start = (await records.positions('n'))[0]?.upTo ?? 0;
for (let number = start + 1; ; number += 1) {
  const body = { at: number };
  const [{ upTo }] = await Promise.all([
    records.append(aBatch([number])),
    store.commit({ actor: 'system', at: number, documents: [{ collection: 'd', key: `k${number}`, body }] }),
  ]);
  process.stdout.write(`${upTo}\n`);
}
