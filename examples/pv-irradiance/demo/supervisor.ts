import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../adapters/system/clock.ts';
import type { ProcessEnd, Processes, RunningProcess } from '../../../adapters/system/processes.ts';
import { programArguments } from '../../../apps/cli/run-in-foreground.ts';
import { EdgeError } from '../../../contracts/errors.ts';
import { backoffMs } from '../../../core/base/backoff.ts';

/** A program that the demo keeps running. */
export interface Child {
  readonly name: string;
  /** Of the process that runs now; undefined between two. */
  pid(): number | undefined;
  /** Ends it as a power cut would; it is started again. */
  kill(): void;
  /** Sends SIGTERM, does not start it again, and waits for its end. */
  stop(): Promise<void>;
  /** How often it has ended although nobody had asked it to. */
  failures(): number;
  /** Its last lines of output. */
  lastLines(): readonly string[];
  /** Exit code of its last end that nobody had asked for. */
  lastExit(): number | null;
}

export interface ChildProgram {
  readonly name: string;
  /** Script of the checkout, and its arguments. */
  readonly script: string;
  readonly args: readonly string[];
  readonly onLine?: (line: string) => void;
}

export interface Supervisor {
  start(program: ChildProgram): Promise<Child>;
  /** Stops everything, the last started first. */
  stopAll(): Promise<void>;
}

const LAST_LINES = 30;
const RESTART_MAX_MS = 5000;
/** Who does not end by itself after this long is killed. */
const STOP_WITHIN_MS = 10_000;
/** What ran for so long is started again at once. */
const STABLE_MS = 5000;

/** Keeps programs running; their output goes to files in `logFolder`. Programs end with this process, however it ends. */
export function createSupervisor(ports: {
  processes: Processes;
  clock: Clock;
  root: string;
  logFolder: string;
  execPath: string;
  onRestart: (name: string, how: ProcessEnd) => void;
}): Supervisor {
  const { clock } = ports;
  const children: Child[] = [];
  mkdirSync(ports.logFolder, { recursive: true });

  const start = async (program: ChildProgram): Promise<Child> => {
    const log = createWriteStream(join(ports.logFolder, `${program.name}.log`), { flags: 'a' });
    const lines: string[] = [];
    const logClosed = new Promise<void>((resolve) => log.once('close', resolve));
    // A log that cannot be written, on a full disk for example, is no reason to end what it tells of.
    log.on('error', (error) => lines.push(`its log cannot be written: ${error.message}`));
    const stopping = new AbortController();
    const ended = Promise.withResolvers<void>();
    const now: { process: RunningProcess | undefined; failures: number; inARow: number; exit: number | null } = {
      process: undefined,
      failures: 0,
      inARow: 0,
      exit: null,
    };

    const run = async (): Promise<void> => {
      const begunAt = clock.monotonic();
      now.process = await ports.processes.start({
        command: ports.execPath,
        args: programArguments(ports.root, program.script, program.args),
        env: { NODE_COMPILE_CACHE: join(ports.root, 'node_modules/.cache/node-compile') },
        cwd: ports.root,
        messages: () => {},
        output: (line) => {
          log.write(`${line}\n`);
          lines.push(line);
          if (lines.length > LAST_LINES) lines.shift();
          program.onLine?.(line);
        },
        ended: (how) => void again(how, begunAt),
      });
    };
    const again = async (how: ProcessEnd, begunAt: number): Promise<void> => {
      now.process = undefined;
      if (stopping.signal.aborted) return ended.resolve();
      now.failures++;
      now.exit = how.code;
      now.inARow = clock.monotonic() - begunAt > STABLE_MS ? 0 : now.inARow + 1;
      ports.onRestart(program.name, how);
      if (now.inARow > 0) {
        const waitMs = backoffMs({ attempt: now.inARow, baseMs: 250, maxMs: RESTART_MAX_MS, jitter01: 1 });
        await clock.sleep(waitMs, stopping.signal).catch(() => undefined);
      }
      if (stopping.signal.aborted) return ended.resolve();
      await run();
    };

    const child: Child = {
      name: program.name,
      pid: () => now.process?.pid,
      kill: () => now.process?.kill('SIGKILL'),
      stop: async () => {
        if (!stopping.signal.aborted) {
          stopping.abort();
          if (now.process === undefined) ended.resolve();
          now.process?.kill('SIGTERM');
        }
        const late = clock.setTimer(STOP_WITHIN_MS, () => now.process?.kill('SIGKILL'));
        await ended.promise;
        late.cancel();
        log.end();
        await logClosed;
      },
      failures: () => now.failures,
      lastLines: () => lines,
      lastExit: () => now.exit,
    };
    await run();
    children.push(child);
    return child;
  };

  return {
    start,
    stopAll: async () => {
      for (const child of children.toReversed()) await child.stop();
    },
  };
}

/** Ends of a child in a row after which waiting for it is pointless. */
const FAILURES_MAX = 3;

/** Waits until `check` gives something. EdgeError `timeout` after `withinMs`, with the last words of `child`. */
export async function waitFor<T>(
  clock: Clock,
  signal: AbortSignal,
  wanted: { what: string; withinMs: number; everyMs?: number; child?: Child; check: () => Promise<T | undefined> },
): Promise<T> {
  const begunAt = clock.monotonic();
  const failuresBefore = wanted.child?.failures() ?? 0;
  for (;;) {
    const found = await wanted.check();
    if (found !== undefined) return found;
    const failed = (wanted.child?.failures() ?? 0) - failuresBefore >= FAILURES_MAX;
    if (failed || clock.monotonic() - begunAt > wanted.withinMs) {
      const words = wanted.child?.lastLines().slice(-10).join('\n    ') ?? '';
      const portTaken = wanted.child?.lastExit() === 7;
      throw new EdgeError(
        portTaken ? 'port-in-use' : 'timeout',
        `${wanted.what}: not after ${Math.round((clock.monotonic() - begunAt) / 1000)} s.`,
        {
          where: words === '' ? undefined : `${wanted.child?.name}, which said last:\n    ${words}`,
          hint: portTaken
            ? 'Stop what listens there, or choose another address with --listen.'
            : 'The logs lie in the folder logs of the demo.',
        },
      );
    }
    await clock.sleep(wanted.everyMs ?? 200, signal);
  }
}
