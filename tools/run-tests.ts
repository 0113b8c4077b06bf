import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { repository } from './run-command.ts';
import { seconds } from './show-check.ts';

const SLOWEST_SHOWN = 3;

/**
 * Runs test files, each in a process of its own, and prints the failures and one line at the end. False when a test
 * failed, was skipped, or a file holds no test at all.
 */
export async function runTests(
  files: readonly string[],
  suite: { concurrency: number; minutesMax: number },
): Promise<boolean> {
  const begunAt = performance.now();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const perFile = new Map(files.map((file) => [file, { tests: 0, tookMs: 0 }]));
  const failedFiles = new Set<string>();
  const said = new Map<string, string[]>();
  const stream = run({ files: [...files], concurrency: suite.concurrency, timeout: suite.minutesMax * 60_000 });

  stream.on('test:pass', (event) => {
    if (isWholeFile(event)) return;
    if (event.skip !== undefined || event.todo !== undefined) {
      counts.skipped++;
      print(`FAIL ${place(event)}  ${event.name}\n    skipped: ${event.skip || event.todo || 'no reason given'}`);
    } else if (event.details.type !== 'suite') counts.passed++;
  });
  stream.on('test:fail', (event) => {
    const failure = event.details.error.cause ?? event.details.error;
    const ofChildren = (event.details.error as { failureType?: string }).failureType === 'subtestsFailed';
    if (ofChildren) return;
    counts.failed++;
    failedFiles.add(event.file ?? '');
    print(`FAIL ${place(event)}  ${event.name}\n${indent(sayError(failure))}`);
    const output = said.get(event.file ?? '');
    if (output !== undefined) print(indent(output.join('').trimEnd()));
    said.delete(event.file ?? '');
  });
  stream.on('test:summary', ({ file, counts: { tests }, duration_ms }) => {
    if (file !== undefined) perFile.set(file, { tests, tookMs: duration_ms });
  });
  for (const type of ['test:stdout', 'test:stderr'] as const) {
    stream.on(type, (event) => said.set(event.file, [...(said.get(event.file) ?? []), event.message].slice(-200)));
  }
  for await (const _event of stream);

  const empty = [...perFile].filter(([file, { tests }]) => tests === 0 && !failedFiles.has(file));
  for (const [file] of empty) print(`FAIL ${relative(repository, file)}  holds no test`);
  const good = counts.failed === 0 && counts.skipped === 0 && empty.length === 0;
  const slowest = [...perFile].sort((a, b) => b[1].tookMs - a[1].tookMs).slice(0, SLOWEST_SHOWN);
  print(
    `${good ? 'ok  ' : 'FAIL'} ${counts.passed} tests passed in ${files.length} files` +
      `${counts.failed > 0 ? `, ${counts.failed} failed` : ''}${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}` +
      `  ${seconds(performance.now() - begunAt)}` +
      `\n     slowest: ${slowest.map(([file, { tookMs }]) => `${relative(repository, file)} ${seconds(tookMs)}`).join(', ')}`,
  );
  return good;
}

interface Where {
  name: string;
  nesting: number;
  file?: string | undefined;
  line?: number | undefined;
}

function isWholeFile({ name, nesting, file, line }: Where): boolean {
  return nesting === 0 && (name === file || (line === 1 && file !== undefined && file.endsWith(name)));
}

function place({ file, line, name }: Where): string {
  return file === undefined ? name : `${relative(repository, file)}:${line ?? 1}`;
}

function sayError(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).replaceAll(/\n\s+at [^\n]*node:internal[^\n]*/g, '')
    : inspect(error, { depth: 4, breakLength: 120, maxStringLength: 4000 });
}

const indent = (text: string) => text.replaceAll(/^/gm, '    ');
const print = (text: string) => process.stdout.write(`${text}\n`);
