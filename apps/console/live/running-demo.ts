import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** How long the demo may take until it prints its link. */
const START_MS_MAX = 180_000;
const STOP_MS_MAX = 20_000;

export interface RunningDemo {
  /** Address of the console, without a path. */
  url: string;
  /** The printed link that makes the first administrator. */
  firstLink: string;
  stop(): Promise<void>;
}

/** Starts the demo anew on any free port and waits for its one-time link. Rejects with what it printed when it ends first. */
export async function startDemo(root: string): Promise<RunningDemo> {
  const demo = spawn(
    process.execPath,
    // A folder of its own: the demo that a person runs stays as it is.
    [
      join(root, 'examples/pv-irradiance/demo.ts'),
      ...'--folder console-live --listen 127.0.0.1:0 --fresh --pace 500ms'.split(' '),
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  try {
    const firstLink = await printedLink(demo);
    return { url: new URL(firstLink).origin, firstLink, stop: () => stopProcess(demo) };
  } catch (error) {
    await stopProcess(demo);
    throw error;
  }
}

function printedLink(demo: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the demo printed no link in time:\n${said}`)), START_MS_MAX);
    const hear = (bytes: Buffer) => {
      said += bytes.toString('utf8');
      const link = /https?:\/\/[^\s]+#first=[\w-]+/.exec(said)?.[0];
      if (link === undefined) return;
      clearTimeout(late);
      resolve(link);
    };
    demo.stdout?.on('data', hear);
    demo.stderr?.on('data', hear);
    demo.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the demo ended with exit code ${code}:\n${said}`));
    });
  });
}

async function stopProcess(demo: ChildProcess): Promise<void> {
  if (demo.exitCode !== null || demo.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => demo.once('exit', () => resolve()));
  demo.kill('SIGTERM');
  const killed = setTimeout(() => demo.kill('SIGKILL'), STOP_MS_MAX);
  await ended;
  clearTimeout(killed);
}
