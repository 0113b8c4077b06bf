import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childProcesses } from './child-processes.ts';
import { lineSplitter } from './line-splitter.ts';
import { LONGEST_LINE_CHARACTERS, type ProcessEnd } from './processes.ts';

/** Runs `source` in a child and collects what it says until it ends. */
async function run(source: string, withChild?: Parameters<typeof collect>[1], env: Record<string, string> = {}) {
  return collect({ command: process.execPath, args: ['-e', source], env }, withChild);
}

async function collect(
  program: { command: string; args: string[]; env: Record<string, string>; cwd?: string },
  withChild?: (child: Awaited<ReturnType<ReturnType<typeof childProcesses>['start']>>, message: unknown) => void,
) {
  const lines: string[] = [];
  const messages: unknown[] = [];
  const { promise: end, resolve: ended } = Promise.withResolvers<ProcessEnd>();
  const child = await childProcesses().start({
    ...program,
    output: (line, from) => lines.push(`${from}: ${line}`),
    messages: (message) => {
      messages.push(message);
      withChild?.(child, message);
    },
    ended,
  });
  return { child, lines, messages, end: await end };
}

test('lines, exit code and exactly the given environment', async () => {
  const source = `console.log('one\\r\\ntwo'); console.error(process.env.HOME, process.env.GIVEN);
    process.stdout.write('no end'); process.exitCode = 3; process.disconnect();`;
  const { lines, end } = await run(source, undefined, { GIVEN: 'yes' });
  assert.deepEqual(
    lines.filter((line) => line.startsWith('stdout')),
    ['stdout: one', 'stdout: two', 'stdout: no end'],
  );
  assert.deepEqual(
    lines.filter((line) => line.startsWith('stderr')),
    ['stderr: undefined yes'],
  );
  assert.deepEqual(end, { code: 3, signal: null });
});

test('messages go both ways and carry typed arrays', async () => {
  const source = `process.on('message', (m) => { process.send({ doubled: m.values.map((v) => 2 * v) }, () => process.disconnect()); });
    process.send('ready');`;
  const { messages, end } = await run(source, (child, message) => {
    if (message === 'ready') void child.send({ values: Float64Array.of(1, 2.5) });
  });
  assert.deepEqual(messages, ['ready', { doubled: Float64Array.of(2, 5) }]);
  assert.deepEqual(end, { code: 0, signal: null });
});

test('a killed child is reported with its signal, and takes no more messages', async () => {
  const { child, end } = await run(`process.on('message', () => {}); process.send('up')`, (running) =>
    running.kill('SIGKILL'),
  );
  assert.deepEqual(end, { code: null, signal: 'SIGKILL' });
  child.kill('SIGTERM');
  await assert.rejects(child.send('anyone?'), { code: 'closed' });
});

test('a child without a channel takes no messages', async () => {
  const { promise: end, resolve: ended } = Promise.withResolvers<ProcessEnd>();
  const child = await childProcesses().start({ command: process.execPath, args: ['-e', ''], env: {}, ended });
  await assert.rejects(child.send('x'), { code: 'closed' });
  assert.deepEqual(await end, { code: 0, signal: null });
});

test('the end is reported although a grandchild keeps the output open', async () => {
  const source = `const { spawn } = require('node:child_process');
    const held = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'inherit', 'ignore'], detached: true });
    process.send(held.pid, () => process.exit(4));`;
  const { messages, end } = await run(source);
  process.kill(Number(messages[0]), 'SIGKILL');
  assert.deepEqual(end, { code: 4, signal: null });
});

test('a program that is not there, or may not be run, is a clear error', async () => {
  const start = (command: string, cwd?: string) =>
    childProcesses().start({
      command,
      args: [],
      env: {},
      ...(cwd === undefined ? {} : { cwd }),
      ended: () => assert.fail('it ran'),
    });
  await assert.rejects(start('orla-no-such-program'), { code: 'not-found', where: 'orla-no-such-program' });
  await assert.rejects(start(process.execPath, '/no/such/folder'), { code: 'not-found' });
  await assert.rejects(start(new URL('./processes.ts', import.meta.url).pathname), { code: 'forbidden' });
});

test('an endless line comes in pieces', () => {
  const lines: string[] = [];
  const splitter = lineSplitter(4, (line) => lines.push(line));
  splitter.push('ab');
  splitter.push('cdefghij');
  splitter.push('k\n\nlong again\nx');
  splitter.end();
  splitter.end();
  assert.deepEqual(lines, ['abcd', 'efgh', 'ijk', '', 'long', ' aga', 'in', 'x']);
  assert.ok(LONGEST_LINE_CHARACTERS > 1000);
});
