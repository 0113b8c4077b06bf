import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../adapters/system/free-port.ts';

/** One fenced block of a page: a file to write, commands to run, or a program to keep running. */
export interface PageBlock {
  readonly language: string;
  readonly text: string;
}

/** A page being followed, as a reader would, in a folder of its own. */
export interface PageRun {
  readonly folder: string;
  readonly url: string;
  /** Does what one block says and gives what its commands printed. */
  follow(block: PageBlock): Promise<string>;
  /** Runs a command until its output matches; throws with the last output when it never does. */
  until(command: string, wanted: RegExp): Promise<string>;
  /** Runs a command beside everything else until `stop`, or until the next one with the same first two words. */
  keep(command: string): Promise<void>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND_MS_MAX = 120_000;
const UNTIL_MS_MAX = 45_000;
const NOT_RUN = new Set(['text', 'json']);

export function blocksOf(page: string): PageBlock[] {
  const text = readFileSync(join(root, 'docs/guide', page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, body]) => ({
    language: language as string,
    text: body as string,
  }));
}

/** The ports that the page names are replaced by free ones, so that nothing is in the way. */
export async function openPage(portsOfPage: readonly number[]): Promise<PageRun> {
  const folder = mkdtempSync(join(tmpdir(), 'orla-page-'));
  for (const name of ['orla', 'tools', 'examples', 'README.md']) symlinkSync(join(root, name), join(folder, name));
  const ports = new Map<string, string>();
  for (const port of portsOfPage) ports.set(String(port), String(await freePort()));
  const here = (text: string) => text.replaceAll(/\b\d{4,5}\b/g, (number) => ports.get(number) ?? number);
  const env = { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, HOME: folder };
  const kept = new Map<string, ChildProcess>();

  const run = (command: string): Promise<{ code: number; output: string }> =>
    new Promise((resolve) => {
      const options = { cwd: folder, env, timeout: COMMAND_MS_MAX };
      execFile('/bin/bash', ['-c', asked(here(command))], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
      );
    });

  const keep = async (command: string) => {
    const name = command.split(/\s+/).slice(0, 2).join(' ');
    await ended(kept.get(name));
    const child = spawn('/bin/bash', ['-c', `exec ${here(command)}`], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    kept.set(name, child);
  };

  const follow = async ({ language, text }: PageBlock): Promise<string> => {
    if (NOT_RUN.has(language)) return '';
    const [head = '', ...rest] = text.split('\n');
    if (language === 'yaml') {
      const path = join(folder, head.replace(/^# /, ''));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, here(rest.join('\n')));
      return '';
    }
    if (language !== 'sh') throw new Error(`a block of ${language} cannot be followed`);
    const commands = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    if (head.startsWith('# in a terminal of its own')) {
      for (const command of commands) await keep(command);
      return '';
    }
    let printed = '';
    for (const command of commands) {
      const { code, output } = await run(command);
      if ((code === 0) === (head === '# refused')) throw new Error(`${command}\nexit code ${code}\n${output}`);
      printed += output;
    }
    return printed;
  };

  const until = async (command: string, wanted: RegExp): Promise<string> => {
    const giveUpAt = performance.now() + UNTIL_MS_MAX;
    for (;;) {
      const { output } = await run(command);
      if (wanted.test(output)) return output;
      if (performance.now() > giveUpAt) throw new Error(`${command} never printed ${wanted}, but:\n${output}`);
      await setTimeout(500);
    }
  };

  const stop = async () => {
    for (const child of [...kept.values()].reverse()) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, url: `http://127.0.0.1:${ports.get('8080')}`, follow, until, keep, stop };
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

/** Nobody is there to say yes. */
function asked(command: string): string {
  return /^\.\/orla (apply|delete|undo|rollback)\b/.test(command) ? `${command} --yes` : command;
}
