import { test } from 'node:test';
import fc from 'fast-check';
import { holds, lives } from './crash-lives.ts';

for (const [what, life] of Object.entries(lives)) {
  test(`nothing acknowledged is lost, nothing doubled: ${what}`, async () => {
    await fc.assert(fc.asyncProperty(life, holds), { numRuns: 150 });
  });
}
