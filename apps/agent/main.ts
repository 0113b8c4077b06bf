/** The program `orla agent`: one node. Kept short, so that little is loaded before it runs. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError, errorTable } from '../../contracts/errors.ts';
import { readOptions } from './options.ts';
import { runAgent } from './run-agent.ts';

/** A stop that takes longer than this ends anyway: everything acknowledged is on the disk. */
const STOP_MS = 8000;

function stopWanted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.once(signal, () => {
        setTimeout(() => process.exit(0), STOP_MS).unref();
        resolve();
      });
    }
  });
}

try {
  const options = readOptions(process.argv.slice(2));
  // Keys, secrets and data of the node are for its own user only.
  process.umask(0o077);
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const { TZ, NODE_COMPILE_CACHE = join(options.data, 'compile-cache') } = process.env;
  await runAgent(options, {
    runner: {
      command: process.execPath,
      args: [join(import.meta.dirname, '../runner/main.ts')],
      env: { NODE_COMPILE_CACHE, ...(TZ === undefined ? {} : { TZ }) },
    },
    stopped: stopWanted(),
    print: (line) => process.stdout.write(`${line}\n`),
  });
  process.exit(0);
} catch (error) {
  const told =
    error instanceof EdgeError
      ? error
      : new EdgeError('internal', error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.stderr.write(
    `orla agent: ${told.message}${told.where === undefined ? '' : ` (${told.where})`}\n${told.hint}\n`,
  );
  process.exit(errorTable[told.code].exit);
}
