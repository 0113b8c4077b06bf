import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDemoOptions } from './demo-options.ts';

test('without options it opens the console where the README says', () => {
  const options = parseDemoOptions([]);
  assert.deepEqual(options?.listen, { host: '127.0.0.1', port: 8080 });
  assert.deepEqual([options?.once, options?.paceMs], [false, undefined]);
});

test('the scripted form takes any free port and a longer run for the faults', () => {
  const options = parseDemoOptions(['--once', '--json', '--cut-line']);
  assert.equal(options?.listen.port, 0);
  assert.deepEqual([options?.seconds, options?.json, options?.cutLine], [90, true, true]);
  assert.equal(parseDemoOptions(['--once', '--seconds', '20'])?.seconds, 20);
});

test('what cannot be is refused', () => {
  for (const args of [
    ['--listen', '8080'],
    ['--pace', 'fast'],
    ['--pace', '1ms'],
    ['--once', '--seconds', '1'],
    ['--evry'],
    ['--folder', '../x'],
  ]) {
    assert.throws(() => parseDemoOptions(args), { code: 'bad-request' }, args.join(' '));
  }
  assert.equal(parseDemoOptions(['--help']), undefined);
});
