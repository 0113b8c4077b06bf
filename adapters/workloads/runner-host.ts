import { EdgeError } from '../../contracts/errors.ts';
import type { FromRunner, RunnerObserved, ToRunner } from '../../contracts/runner.ts';
import type { Timer } from '../system/clock.ts';
import type { ProcessEnd, RunningProcess } from '../system/processes.ts';
import type { WorkloadsListener } from './port.ts';
import type { RunnerProcessOptions } from './runner-process.ts';

type Request = Extract<ToRunner, { request: number }>;
type Asked = Request extends infer R ? (R extends Request ? Omit<R, 'request'> : never) : never;
type Problem = { code: string; message: string } | null;

/** One runner process and what is being asked of it. */
export interface RunnerHost {
  /** Resolves with the runner's problem, or null when it did it. 'closed' when the process is gone, 'timeout', 'unreachable'. */
  request(asked: Asked): Promise<Problem>;
  tell(message: ToRunner): void;
  observed(): RunnerObserved;
  pid(): number | undefined;
  /** Ends the process on purpose, so that `onExit` is not called; resolves when it is gone. */
  end(): Promise<void>;
}

interface Pending {
  resolve(problem: Problem): void;
  reject(error: EdgeError): void;
  late: Timer;
}

const READY_WITHIN_MS = 20_000;
const ANSWER_WITHIN_MS = 120_000;
const SILENT_AFTER_MS = 20_000;
const END_WITHIN_MS = 2000;
/** The newest lines of standard error, which say why a process died. */
const LAST_LINES = 5;

/** Starts the process at once; whoever asks something waits until it is ready. */
export function createRunnerHost(name: string, options: RunnerProcessOptions, listener: WorkloadsListener): RunnerHost {
  const { clock } = options;
  const from = `runner/${name}`;
  const silentAfterMs = options.silentAfterMs ?? SILENT_AFTER_MS;
  const pending = new Map<number, Pending>();
  const lastLines: string[] = [];
  let observed: RunnerObserved = { workloads: [], connectors: [], rssBytes: 0 };
  let running: RunningProcess | undefined;
  let gone: EdgeError | undefined;
  let ending = false;
  let nextRequest = 1;
  let silent: Timer | undefined;
  let becomeReady: () => void = () => {};
  let becomeGone: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    becomeGone = resolve;
  });

  const finish = (because: string, code: 'closed' | 'unreachable' = 'closed') => {
    if (gone !== undefined) return;
    gone = new EdgeError(code, `The runner ${name} is gone: ${because}`, { where: from });
    silent?.cancel();
    for (const one of pending.values()) {
      one.late.cancel();
      one.reject(gone);
    }
    pending.clear();
    becomeGone();
    if (!ending) listener.onExit(name, because);
  };
  const heard = () => {
    silent?.cancel();
    silent = clock.setTimer(silentAfterMs, () => {
      lastLines.push(`it said nothing for ${silentAfterMs} ms and was killed`);
      running?.kill('SIGKILL');
    });
  };
  const tell = (message: ToRunner) => {
    running?.send(message).catch(() => {});
  };
  const onMessage = (message: FromRunner) => {
    heard();
    switch (message.kind) {
      case 'ready':
        return becomeReady();
      case 'observed':
        observed = message.observed;
        return;
      case 'answered': {
        observed = message.observed;
        const one = pending.get(message.request);
        pending.delete(message.request);
        one?.late.cancel();
        return one?.resolve(message.problem);
      }
      case 'batch': {
        const { batch } = message;
        listener.onBatch(message.records, message.checkpoint).then(
          () => tell({ kind: 'journalled', batch }),
          (error: Error) => {
            const code = error instanceof EdgeError ? error.code : 'internal';
            tell({ kind: 'not-journalled', batch, code, because: error.message });
          },
        );
        return;
      }
      case 'live':
        return listener.onLive(message.live);
      case 'log':
        return listener.onLog(message.line);
    }
  };
  const onLine = (line: string, stream: 'stdout' | 'stderr') => {
    if (stream === 'stderr' && lastLines.push(line) > LAST_LINES) lastLines.shift();
    const text = line.slice(0, 4000);
    listener.onLog({ at: clock.now(), level: stream === 'stderr' ? 'warn' : 'info', from, text });
  };

  options.processes
    .start({
      command: options.command,
      args: options.args,
      env: options.env,
      messages: (message) => onMessage(message as FromRunner),
      output: onLine,
      ended: (how) => finish(sayEnd(how, lastLines)),
    })
    .then(
      (process) => {
        running = process;
        if (ending || gone !== undefined) process.kill('SIGKILL');
        else heard();
      },
      (cause: Error) => finish(cause.message, 'unreachable'),
    );

  const request = async (asked: Asked): Promise<Problem> => {
    const limit = clock.setTimer(options.readyWithinMs ?? READY_WITHIN_MS, () => {
      lastLines.push('it did not become ready');
      running?.kill('SIGKILL');
    });
    await Promise.race([ready, ended]);
    limit.cancel();
    if (gone !== undefined) throw gone;
    return new Promise((resolve, reject) => {
      const number = nextRequest++;
      const late = clock.setTimer(options.answerWithinMs ?? ANSWER_WITHIN_MS, () => {
        pending.delete(number);
        reject(new EdgeError('timeout', `The runner ${name} did not answer.`, { where: from }));
      });
      pending.set(number, { resolve, reject, late });
      running?.send({ ...asked, request: number } as ToRunner).catch(() => {});
    });
  };

  return {
    request,
    tell,
    observed: () => observed,
    pid: () => running?.pid,
    end: async () => {
      ending = true;
      running?.kill('SIGTERM');
      const limit = clock.setTimer(END_WITHIN_MS, () => running?.kill('SIGKILL'));
      await ended;
      limit.cancel();
    },
  };
}

function sayEnd({ code, signal }: ProcessEnd, lastLines: readonly string[]): string {
  const how = signal === null ? `it exited with code ${code}` : `it was killed by ${signal}`;
  return lastLines.length === 0 ? how : `${how}; it said: ${lastLines.join(' | ').slice(0, 1000)}`;
}
