import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EdgeError } from '../../contracts/errors.ts';

/** Who waits this long is told for what. */
const SAY_AFTER_MS = 700;
const SAID_MAX = 20_000;

/** Builds the console of the checkout unless it is there for the same sources, and gives its folder. */
export function buildConsole(root: string, say: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'tools/build-console.ts')], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const keep = (chunk: Buffer) => {
      said = (said + chunk).slice(-SAID_MAX);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const late = setTimeout(() => say('building the console …'), SAY_AFTER_MS);
    const failed = (cause?: unknown) => {
      const where = said.trim().split('\n').slice(-8).join('\n');
      reject(new EdgeError('internal', 'The console could not be built.', { where, cause }));
    };
    child.once('error', failed);
    child.once('close', (code) => {
      clearTimeout(late);
      if (code === 0) resolve(join(root, 'apps/console/dist'));
      else failed();
    });
  });
}
