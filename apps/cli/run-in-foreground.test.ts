import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { programArguments, runInForeground } from './run-in-foreground.ts';

function aFolder(t: TestContext, scripts: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'orla-run-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(folder, name), text);
  return folder;
}

test('the exit code of a program comes back, also when a signal ended it', async (t) => {
  const folder = aFolder(t, { 'seven.mjs': 'process.exit(7)', 'killed.mjs': "process.kill(process.pid, 'SIGKILL')" });
  assert.equal(await runInForeground(folder, 'seven.mjs', []), 7);
  assert.equal(await runInForeground(folder, 'killed.mjs', []), 137);
});

test('a program ends with who started it, even when that was killed', async (t) => {
  const folder = aFolder(t, {
    'child.mjs': "process.stdout.write('child runs\\n'); setInterval(() => {}, 1000);",
    'parent.mjs': `
      import { spawn } from 'node:child_process';
      spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
      setInterval(() => {}, 1000);`,
  });
  const args = [join(folder, 'parent.mjs'), ...programArguments(folder, 'child.mjs', [])];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  // Both write to this pipe: it ends only when both are gone.
  const gone = once(parent.stdout, 'end');
  parent.kill('SIGKILL');
  await gone;
});
