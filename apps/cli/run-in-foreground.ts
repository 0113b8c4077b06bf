import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

/** Signals of one Ctrl-C that arrive by several ways count as one. */
const SAME_SIGNAL_MS = 500;

/** Arguments of Node.js for a program of the checkout that ends together with who started it. */
export function programArguments(root: string, script: string, args: readonly string[]): string[] {
  return ['--import', new URL('./stop-with-parent.ts', import.meta.url).href, join(root, script), ...args];
}

/**
 * Runs a program of the checkout in the foreground: it has this terminal's input and output, gets this process's signals
 * (a second Ctrl-C kills it), and its exit code comes back.
 */
export function runInForeground(root: string, script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // A group of its own: the terminal's Ctrl-C reaches it only through here, once.
    const child = spawn(process.execPath, programArguments(root, script, args), {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    let firstAt: number | undefined;
    const forward = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (firstAt === undefined) {
        firstAt = now;
        child.kill(signal);
      } else if (now - firstAt > SAME_SIGNAL_MS) child.kill('SIGKILL');
    };
    const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const each of signals) process.off(each, forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
