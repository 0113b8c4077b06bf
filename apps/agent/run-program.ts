import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError, errorTable } from '../../contracts/errors.ts';
import { readOptions } from './options.ts';
import { runAgent } from './run-agent.ts';

/** A stop that takes longer than this ends anyway: everything acknowledged is on the disk. */
const STOP_MS = 8000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the agent as a process: flags in, events as JSON lines out, exit code by the table of errors. */
export async function runProgram(args: readonly string[], environment: Environment): Promise<never> {
  try {
    const options = readOptions(args);
    // Keys, secrets and data of the node are for its own user only.
    process.umask(0o077);
    mkdirSync(options.data, { recursive: true, mode: 0o700 });
    await runAgent(options, {
      runner: {
        command: process.execPath,
        args: [join(import.meta.dirname, '../runner/main.ts')],
        env: runnerEnvironment(environment, options.data),
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
    const where = told.where === undefined ? '' : ` (${told.where})`;
    process.stderr.write(`orla agent: ${told.message}${where}\n${told.hint}\n`);
    process.exit(errorTable[told.code].exit);
  }
}

/** Nothing of the agent's environment is for a runner but the time zone and where compiled code is kept. */
function runnerEnvironment({ TZ, NODE_COMPILE_CACHE }: Environment, data: string): Record<string, string> {
  const cache = NODE_COMPILE_CACHE ?? join(data, 'compile-cache');
  return { NODE_COMPILE_CACHE: cache, ...(TZ === undefined ? {} : { TZ }) };
}

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
