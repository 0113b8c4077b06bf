import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { memoryFiles } from '../../adapters/system/memory-files.ts';
import { readOptions } from './options.ts';
import { keepSettings } from './settings.ts';

const root = 'ab'.repeat(16);

test('the line that enrolment prints is understood, the token from a file too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orla-options-'));
  writeFileSync(join(folder, 'token'), 'secret\n');
  const line = ['--data', folder, '--join', 'https://orla.example.org', '--root', root, '--name', 'pi-1'];
  for (const token of [
    ['--token', 'secret'],
    ['--token-file', join(folder, 'token')],
  ]) {
    const options = readOptions([...line, ...token]);
    assert.equal(options.url, 'https://orla.example.org');
    assert.deepEqual(options.join, { token: 'secret', rootKeyId: root, node: 'pi-1', class: undefined });
  }
  assert.equal(readOptions(line).join, null, 'without a token it goes by what it kept');
  rmSync(folder, { recursive: true });
});

for (const [args, where, says] of [
  [['--jion', 'x'], '--jion', /Unknown option/],
  [['--join', 'orla.example.org'], '--join', /not an address/],
  [['--token', 't'], '--root', /root key/],
  [['--token', 't', '--root', 'xyz'], '--root', /32 hexadecimal/],
  [['--local', '8081'], '--local', /HOST:PORT/],
  [['--local', '0.0.0.0:8081'], '--local', /only for this machine/],
  [['--ca', '/no/such/file'], '--ca', /cannot be read/],
] as const) {
  test(`${args.join(' ')} is one clear error`, () => {
    assert.throws(() => readOptions(args), { code: 'bad-request', where, message: says });
  });
}

test('a mistyped flag gets the nearest one', () => {
  assert.throws(() => readOptions(['--jion', 'x']), { hint: /join/ });
});

test('the address is kept, and told again only when it changes', async () => {
  const files = memoryFiles();
  await assert.rejects(keepSettings(files, {}), { code: 'bad-request', where: '--join' });
  await keepSettings(files, { url: 'https://a.example' });
  assert.deepEqual(await keepSettings(files, {}), { url: 'https://a.example' });
  const heal = files.fail('settings:write');
  assert.deepEqual(await keepSettings(files, { url: 'https://a.example' }), { url: 'https://a.example' });
  heal();
  await keepSettings(files, { url: 'https://b.example' });
  assert.deepEqual(await keepSettings(files, {}), { url: 'https://b.example' });
});
