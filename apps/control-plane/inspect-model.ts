import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { EdgeError } from '../../contracts/errors.ts';
import type { ControlPlanePorts, InspectedModel } from './ports.ts';

/** What the process that looks at a model says. */
export type InspectReply =
  | { kind: 'facts'; facts: InspectedModel }
  | { kind: 'refused'; message: string; where?: string | undefined; hint?: string | undefined };

export interface InspectLimits {
  readonly timeMs: number;
  /** Resident memory, beyond four times the size of the file. */
  readonly memoryBytes: number;
}

const defaultLimits: InspectLimits = { timeMs: 60_000, memoryBytes: 1024 * 1024 * 1024 };
const MEMORY_PER_MODEL_BYTE = 4;
/** Looked at one after the other: an inspection takes a core. */
const WAITING_MAX = 50;

/** Inspects models one at a time, each in a process of its own with limits on time and memory. */
export function inspectModels(
  residentBytes: (pid: number) => number | undefined,
  limits: InspectLimits = defaultLimits,
): ControlPlanePorts['inspectModel'] {
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async ({ path, sizeBytes }) => {
    if (waiting >= WAITING_MAX) throw new EdgeError('too-many', `${WAITING_MAX} models wait to be looked at already.`);
    waiting += 1;
    const memoryBytes = limits.memoryBytes + MEMORY_PER_MODEL_BYTE * sizeBytes;
    const mine = turn.then(() => inspectOne(path, { ...limits, memoryBytes }, residentBytes));
    turn = mine
      .catch(() => undefined)
      .finally(() => {
        waiting -= 1;
      });
    return mine;
  };
}

const WATCH_EVERY_MS = 100;

function inspectOne(
  path: string,
  limits: InspectLimits,
  residentBytes: (pid: number) => number | undefined,
): Promise<InspectedModel> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'inspect-worker.ts'), [path], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'json',
    });
    let killedFor: EdgeError | undefined;
    const kill = (message: string, hint: string) => {
      killedFor ??= new EdgeError('invalid-model', message, { hint });
      child.kill('SIGKILL');
    };
    const deadline = setTimeout(
      () =>
        kill(
          `Loading the model and running it once took longer than ${limits.timeMs / 1000} s.`,
          'Use a smaller model.',
        ),
      limits.timeMs,
    );
    const watch = setInterval(() => {
      if ((memoryOf(child, residentBytes) ?? 0) <= limits.memoryBytes) return;
      kill(
        `Loading the model and running it once took more than ${Math.round(limits.memoryBytes / 1e6)} MB of memory.`,
        'Use a smaller model, or smaller fixed dimensions.',
      );
    }, WATCH_EVERY_MS);
    let reply: InspectReply | undefined;
    child.on('message', (message) => {
      reply = message as InspectReply;
    });
    child.on('error', (cause) => {
      killedFor ??= new EdgeError('internal', `The inspection could not be started: ${cause.message}`, { cause });
    });
    child.on('close', (code, signal) => {
      clearTimeout(deadline);
      clearInterval(watch);
      if (killedFor !== undefined) return reject(killedFor);
      if (reply?.kind === 'facts') return resolve(reply.facts);
      if (reply?.kind === 'refused')
        return reject(new EdgeError('invalid-model', reply.message, { where: reply.where, hint: reply.hint }));
      reject(
        new EdgeError('invalid-model', `The runtime crashed with this model (${signal ?? `exit code ${code}`}).`, {
          hint: 'Export it again, with a newer exporter.',
        }),
      );
    });
  });
}

function memoryOf(child: ChildProcess, residentBytes: (pid: number) => number | undefined): number | undefined {
  return child.pid === undefined ? undefined : residentBytes(child.pid);
}
