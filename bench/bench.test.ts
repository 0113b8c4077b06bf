import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { benchResult } from './bench-result.ts';
import { resultTable } from './result-table.ts';

const command = fileURLToPath(new URL('./bench.ts', import.meta.url));

test('an unknown name, none, or an unknown option lists the names and ends with 2', () => {
  for (const args of [['no-such-bench'], [], ['journal', 'no-such-bench'], ['--yaml', 'journal']]) {
    const { status, stderr, stdout } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, /names: .*\bjournal\b/);
    assert.equal(stdout, '');
  }
});

test('the table says what was measured, against what, the spread, and whether the budget was kept', () => {
  const runs = [1.2, 1.5, 1.3, 1.9, 1.4];
  const result = benchResult({
    name: 'x-over-y',
    what: 'Calls a second of x',
    comparator: 'y alone',
    unit: '×',
    budget: { atLeast: 2 },
    runs,
    details: { xCallsPerS: 123_456.7 },
  });
  const table = resultTable([result]);
  assert.match(table, /MISS x-over-y: 1\.4 × \(budget ≥ 2; 1\.2 to 1\.9 in 5 rounds\)/);
  assert.match(table, /Calls a second of x against y alone/);
  assert.match(table, /xCallsPerS 123457/);
});
