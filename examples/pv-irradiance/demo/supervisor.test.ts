import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createFakeClock } from '../../../adapters/system/fake-clock.ts';
import type { Program } from '../../../adapters/system/processes.ts';
import { createSupervisor, waitFor } from './supervisor.ts';

function aRig(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'orla-supervisor-'));
  const clock = createFakeClock(0);
  const started: Program[] = [];
  const kills: string[] = [];
  const restarts: string[] = [];
  const supervisor = createSupervisor({
    clock,
    root: folder,
    logFolder: join(folder, 'logs'),
    execPath: 'node',
    onRestart: (name) => restarts.push(name),
    processes: {
      start: async (program) => {
        started.push(program);
        return {
          pid: started.length,
          send: async () => undefined,
          kill: (signal) => {
            kills.push(signal);
            program.ended({ code: null, signal });
          },
        };
      },
    },
  });
  t.after(async () => {
    await supervisor.stopAll();
    rmSync(folder, { recursive: true });
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { clock, started, kills, restarts, supervisor, settle, folder };
}

test('what was killed after a while is started again at once', async (t) => {
  const { clock, started, restarts, supervisor, settle } = aRig(t);
  const child = await supervisor.start({ name: 'agent', script: 'agent.ts', args: ['--data', 'x'] });
  await clock.advance(60_000);
  child.kill();
  await settle();
  assert.deepEqual([started.length, child.pid(), child.failures(), restarts], [2, 2, 1, ['agent']]);
  assert.deepEqual(started[1]?.args.slice(-2), ['--data', 'x']);
});

test('what ends again and again waits longer before each start', async (t) => {
  const { clock, started, supervisor, settle } = aRig(t);
  await supervisor.start({ name: 'plant', script: 'plant.ts', args: [] });
  started[0]?.ended({ code: 2, signal: null });
  await settle();
  assert.equal(started.length, 1);
  await clock.advance(250);
  await settle();
  assert.equal(started.length, 2);
  started[1]?.ended({ code: 2, signal: null });
  await settle();
  await clock.advance(250);
  assert.equal(started.length, 2);
  await clock.advance(250);
  await settle();
  assert.equal(started.length, 3);
});

test('what was stopped is not started again', async (t) => {
  const { clock, started, kills, supervisor } = aRig(t);
  await supervisor.start({ name: 'one', script: 'one.ts', args: [] });
  await supervisor.start({ name: 'two', script: 'two.ts', args: [] });
  await supervisor.stopAll();
  await clock.advance(60_000);
  assert.deepEqual([started.length, kills], [2, ['SIGTERM', 'SIGTERM']]);
});

test('waiting ends early for a program that keeps failing, with its last words', async (t) => {
  const { clock, started, supervisor, settle } = aRig(t);
  const child = await supervisor.start({ name: 'control-plane', script: 'x.ts', args: [] });
  const waiting = waitFor(clock, new AbortController().signal, {
    what: 'It answers',
    withinMs: 600_000,
    child,
    check: async () => undefined,
  });
  const refused = assert.rejects(waiting, { code: 'port-in-use', where: /something listens there already/ });
  for (let life = 0; life < 3; life++) {
    started.at(-1)?.output?.('something listens there already', 'stderr');
    started.at(-1)?.ended({ code: 7, signal: null });
    await settle();
    await clock.advance(5000);
    await settle();
  }
  await refused;
});

test('a log that cannot be written ends nothing', async (t) => {
  const { started, supervisor, settle, folder } = aRig(t);
  mkdirSync(join(folder, 'logs', 'agent.log'));
  const child = await supervisor.start({ name: 'agent', script: 'agent.ts', args: [] });
  started[0]?.output?.('hello', 'stdout');
  while (child.lastLines().length < 2) await settle();
  assert.match(child.lastLines().join('\n'), /its log cannot be written: EISDIR/);
});
