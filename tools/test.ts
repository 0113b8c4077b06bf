import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkStyle, filesOf } from './check-style.ts';
import { repository } from './run-command.ts';
import { runTests } from './run-tests.ts';
import { seconds, showCheck } from './show-check.ts';

const usage = `npm test [-- PATTERN …]       types, style, and every unit, property, conformance and simulation test
npm run test:live             tests against real servers, one at a time; a server that is missing is a failure
npm run test:long             long runs: many seeds, faults, fuzzing

A PATTERN is a part of a path; with one, only the matching tests run, without types and style.
`;

const suites = {
  always: { globs: ['**/*.test.ts', '**/*.prop.test.ts'], concurrency: 2, minutesMax: 10 },
  live: { globs: ['**/*.live.ts'], concurrency: 1, minutesMax: 8 },
  long: { globs: ['**/*.long.ts'], concurrency: 2, minutesMax: 60 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { live: { type: 'boolean' }, long: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) process.stdout.write(usage);
else process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const begunAt = performance.now();
  const suite = values.live ? suites.live : values.long ? suites.long : suites.always;
  // The simulation takes longest: begun first, it is not what everything else waits for in the end.
  const first = (path: string) => (path.startsWith('sim/') ? 0 : 1);
  const all = [...new Set(suite.globs.flatMap(filesOf))].sort((a, b) => first(a) - first(b) || (a < b ? -1 : 1));
  const files = all.filter((path) => positionals.length === 0 || positionals.some((part) => path.includes(part)));
  if (files.length === 0) {
    process.stdout.write(`FAIL no test file matches ${positionals.join(' ') || suite.globs.join(' ')}\n`);
    return false;
  }
  const styled = suite !== suites.always || positionals.length > 0 || (await checkStyle(showCheck));
  const tested = await runTests(
    files.map((path) => join(repository, path)),
    suite,
  );
  const good = styled && tested;
  process.stdout.write(`${good ? 'ok  ' : 'FAIL'} everything  ${seconds(performance.now() - begunAt)}\n`);
  return good;
}
