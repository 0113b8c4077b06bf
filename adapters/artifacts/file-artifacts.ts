import { createHash } from 'node:crypto';
import { EdgeError } from '../../contracts/errors.ts';
import { Sha256 } from '../../contracts/names.ts';
import type { AppendFile, Files } from '../system/files.ts';
import type { Random } from '../system/random.ts';
import type { Artifacts, Staged } from './port.ts';

const READ_BYTES = 256 * 1024;
const present = (sha256: string) => `present/${sha256}`;
const unfinished = (sha256: string) => `unfinished/${sha256}`;

export interface FileArtifactsPorts {
  files: Files;
  random: Random;
  /** Absolute path of a file of `files`. */
  absolute(path: string): string;
}

/** Artifacts as files: unfinished ones grow in a folder of their own and are renamed when their digest was checked. */
export function fileArtifacts(ports: FileArtifactsPorts): Artifacts {
  const { files, absolute } = ports;
  const turns = new Map<string, Promise<unknown>>();

  // Two writers of one artifact would mix their bytes: the second waits, and finds it done.
  const inTurn = async <T>(sha256: string, act: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(sha256) ?? Promise.resolve()).then(act, act);
    turns.set(sha256, turn);
    try {
      return await turn;
    } finally {
      if (turns.get(sha256) === turn) turns.delete(sha256);
    }
  };

  const has = async (sha256: string) =>
    (await files.readRange('artifacts:has', present(named(sha256)), 0, 0)) !== undefined;

  const finish = async (sha256: string, path: string): Promise<void> => {
    const digest = await digestOf(files, path);
    if (digest !== sha256) {
      await files.remove('artifacts:forget', path);
      throw differs(sha256, digest);
    }
    await files.move('artifacts:finish', path, present(sha256));
  };

  return {
    has,
    list: async () => {
      const entries = await files.list('artifacts:list', 'present');
      return entries.map(({ name, bytes }) => ({ sha256: name, sizeBytes: bytes }));
    },
    partial: async (sha256) => (await sizeOf(files, unfinished(named(sha256)))) ?? 0,
    write: async (sha256, sizeBytes, fromByte, bytes) =>
      inTurn(named(sha256), async () => {
        if (await has(sha256)) return;
        const path = unfinished(sha256);
        const file = await files.openAppend('artifacts:open', path);
        try {
          await goBackTo(file, fromByte);
          await appendAll(file, bytes, sizeBytes);
          await file.sync('artifacts:sync');
        } catch (error) {
          if (error instanceof EdgeError && error.code === 'too-large') await files.remove('artifacts:forget', path);
          throw error;
        } finally {
          await file.close();
        }
        if (file.size() === sizeBytes) await finish(sha256, path);
      }),
    stage: (bytes, sizeMax) => stage(ports, bytes, sizeMax),
    read: async function* (sha256, range) {
      if (!(await has(sha256))) throw missing(sha256);
      yield* readFile(files, present(sha256), range?.from ?? 0, range?.to);
    },
    verifiedPath: async (sha256) => {
      if (!(await has(sha256))) throw missing(sha256);
      const digest = await digestOf(files, present(sha256));
      if (digest === sha256) return absolute(present(sha256));
      await files.remove('artifacts:forget', present(sha256));
      throw differs(sha256, digest);
    },
    remove: async (sha256) =>
      inTurn(named(sha256), async () => {
        await files.remove('artifacts:remove', present(sha256));
        await files.remove('artifacts:remove', unfinished(sha256));
      }),
  };
}

async function stage(ports: FileArtifactsPorts, bytes: AsyncIterable<Uint8Array>, sizeMax: number): Promise<Staged> {
  const { files, random, absolute } = ports;
  const path = `staged/${random.id()}`;
  const hash = createHash('sha256');
  const file = await files.openAppend('artifacts:stage', path);
  try {
    await appendAll(file, bytes, sizeMax, (chunk) => hash.update(chunk));
    await file.sync('artifacts:sync');
  } catch (error) {
    await file.close();
    await files.remove('artifacts:forget', path);
    throw error;
  }
  await file.close();
  const sha256 = hash.digest('hex');
  return {
    sha256,
    sizeBytes: file.size(),
    path: absolute(path),
    read: () => readFile(files, path, 0),
    keep: async () => {
      await files.move('artifacts:finish', path, present(sha256));
    },
    discard: async () => {
      await files.remove('artifacts:forget', path);
    },
  };
}

/** Removes what was staged by a process that ended before it decided. Call it before anything is staged. */
export async function forgetStaged(files: Files): Promise<void> {
  for (const { name } of await files.list('artifacts:list', 'staged')) {
    await files.remove('artifacts:forget', `staged/${name}`);
  }
}

async function goBackTo(file: AppendFile, fromByte: number): Promise<void> {
  if (fromByte > file.size()) {
    const message = `Byte ${fromByte} cannot follow: ${file.size()} bytes are kept.`;
    throw new EdgeError('bad-request', message, { where: 'fromByte' });
  }
  if (fromByte < file.size()) await file.truncate('artifacts:truncate', fromByte);
}

async function appendAll(
  file: AppendFile,
  bytes: AsyncIterable<Uint8Array>,
  sizeMax: number,
  onChunk?: (chunk: Uint8Array) => void,
): Promise<void> {
  for await (const chunk of bytes) {
    if (file.size() + chunk.length > sizeMax) {
      throw new EdgeError('too-large', `There are more bytes than the ${sizeMax} that were announced or are allowed.`);
    }
    onChunk?.(chunk);
    await file.append('artifacts:append', [chunk]);
  }
}

async function* readFile(
  files: Files,
  path: string,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at <= to; ) {
    const chunk = await files.readRange('artifacts:read', path, at, Math.min(READ_BYTES, to - at + 1));
    if (chunk === undefined || chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}

async function digestOf(files: Files, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readFile(files, path, 0)) hash.update(chunk);
  return hash.digest('hex');
}

async function sizeOf(files: Files, path: string): Promise<number | undefined> {
  const slash = path.indexOf('/');
  const entries = await files.list('artifacts:list', path.slice(0, slash));
  return entries.find((entry) => entry.name === path.slice(slash + 1))?.bytes;
}

/** A digest becomes the name of a file: nothing else may. */
function named(sha256: string): string {
  if (Sha256.safeParse(sha256).success) return sha256;
  throw new EdgeError('bad-request', `"${sha256.slice(0, 80)}" is not a SHA-256 digest.`);
}

function missing(sha256: string): EdgeError {
  return new EdgeError('not-found', `The artifact ${sha256} is not here.`, { where: sha256 });
}

function differs(sha256: string, digest: string): EdgeError {
  return new EdgeError('corrupt', `The bytes of the artifact ${sha256} have the digest ${digest}; they were removed.`, {
    where: sha256,
    hint: 'They are fetched again by themselves; push the model again if this repeats.',
  });
}
