// Checks the figures of `npm run demo -- --once --json --cut-line` by themselves: .ci/run trusts no exit code alone.
import { readFileSync } from 'node:fs';
import { demoProblems } from './demo-problems.ts';

const file = process.argv[2];
if (file === undefined) {
  process.stderr.write('usage: node tools/run.mjs tools/check-demo.ts FIGURES.json\n');
  process.exit(2);
}
const problems = demoProblems(readFileSync(file, 'utf8'));
for (const problem of problems) process.stderr.write(`FAIL ${problem}\n`);
if (problems.length === 0) process.stdout.write('ok   the figures of the demo are whole\n');
process.exitCode = problems.length === 0 ? 0 : 1;
