import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { EdgeError } from '../../contracts/errors.ts';
import { lineSplitter } from './line-splitter.ts';
import { LONGEST_LINE_CHARACTERS, type Processes, type Program, type RunningProcess } from './processes.ts';

/** How long an ended child's grandchildren may hold its output open before its end is reported. */
const LAST_WORDS_MS = 1000;

/** Processes of this machine. A child with a channel gets `disconnect` when this process ends, and should end too. */
export function childProcesses(): Processes {
  return { start };
}

async function start(program: Program): Promise<RunningProcess> {
  const { command, args, env, cwd, messages, output, ended } = program;
  const text = output === undefined ? 'ignore' : 'pipe';
  const child = spawn(command, args, {
    env: { ...env },
    cwd,
    stdio: messages === undefined ? ['ignore', text, text] : ['ignore', text, text, 'ipc'],
    serialization: 'advanced',
  });
  if (messages !== undefined) child.on('message', messages);
  for (const from of ['stdout', 'stderr'] as const) {
    const splitter = lineSplitter(LONGEST_LINE_CHARACTERS, (line) => output?.(line, from));
    child[from]?.setEncoding('utf8').on('data', splitter.push).on('end', splitter.end);
  }
  let over = false;
  try {
    // An event of its own name, 'error', rejects this.
    await once(child, 'spawn');
  } catch (cause) {
    throw notStarted(command, cwd, cause);
  }
  child.on('error', () => {
    // A message or a signal that came too late: `send` has told its caller, and `ended` follows.
  });
  child.once('exit', (code, signal) => {
    over = true;
    void lastWords(child, messages !== undefined).then(() => ended({ code, signal }));
  });
  return {
    pid: child.pid!,
    send: (message) =>
      new Promise((resolve, reject) => {
        const closed = (cause?: unknown) =>
          new EdgeError('closed', `${command} takes no messages any more.`, { cause });
        if (over || messages === undefined || !child.connected) return reject(closed());
        child.send(message as object, (error) => (error === null ? resolve() : reject(closed(error))));
      }),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

/** Resolves when every line and message of an ended child has come, or when a grandchild keeps its pipes open too long. */
async function lastWords(child: ChildProcess, hasChannel: boolean): Promise<void> {
  const closed = once(child, 'close');
  const disconnected = hasChannel && child.connected ? once(child, 'disconnect') : undefined;
  const waited = new AbortController();
  const enough = setTimeout(LAST_WORDS_MS, undefined, { signal: waited.signal }).catch(() => undefined);
  await Promise.race([Promise.all([closed, disconnected]), enough]);
  waited.abort();
}

function notStarted(command: string, cwd: string | undefined, cause: unknown): EdgeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const where = cwd === undefined ? command : `${command} in ${cwd}`;
  if (code === 'ENOENT') {
    const hint = 'Check that the program is installed and that the folder exists.';
    return new EdgeError('not-found', `There is no program ${where}.`, { where, hint, cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new EdgeError('forbidden', `${where} may not be run.`, { where, hint: 'Check its permissions.', cause });
  }
  return new EdgeError('internal', `${where} could not be started: ${String(cause)}.`, { where, cause });
}
