import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { MODEL_BYTES_MAX } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Answered, ApiClient } from './api-client.ts';
import { bytesText } from './show/quantity.ts';

/** The slowest line that a push still goes through on: 2 GiB in six hours. */
const PUSH_TIMEOUT_MS = 6 * 3_600_000;
const READ_BYTES = 256 * 1024;

export interface WantedPush {
  readonly file: string;
  readonly model: string;
  readonly alias?: string | undefined;
  /** File with the model card. */
  readonly card?: string | undefined;
}

/**
 * Pushes a file as the next version of a model, with its card. The control plane compares the digest, so bytes that changed
 * on the way are refused. Safe to repeat: bytes that are there already are recognised.
 */
export async function pushModel(
  api: ApiClient,
  cwd: string,
  wanted: WantedPush,
  progress: (text: string, share?: number) => void = () => {},
): Promise<Answered<'pushModel'>> {
  const path = resolve(cwd, wanted.file);
  const size = sizeOf(path, wanted.file);
  const card = wanted.card === undefined ? undefined : cardOf(resolve(cwd, wanted.card), wanted.card);
  const sha256 = await sha256Of(path);
  const query = { sha256, ...(wanted.alias === undefined ? {} : { alias: wanted.alias }) };
  const body = bytesWithProgress(path, (sent) => progress(`${bytesText(sent)} of ${bytesText(size)}`, sent / size));
  const pushed = await api.ask(
    'pushModel',
    { params: { model: wanted.model }, query, body },
    { timeoutMs: PUSH_TIMEOUT_MS },
  );
  const { version } = pushed.answer;
  if (card !== undefined && pushed.answer.card === undefined) {
    await api.call('putModelCard', { params: { model: wanted.model, version }, body: { card } });
  }
  return pushed;
}

function bytesWithProgress(path: string, sent: (bytes: number) => void): ReadableStream<Uint8Array> {
  let total = 0;
  async function* chunks() {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      yield chunk as Buffer;
      total += (chunk as Buffer).length;
      sent(total);
    }
  }
  return Readable.toWeb(Readable.from(chunks())) as ReadableStream<Uint8Array>;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function sizeOf(path: string, name: string): number {
  const about = statSync(path, { throwIfNoEntry: false });
  if (about === undefined || !about.isFile()) {
    throw new EdgeError('not-found', `There is no file ${name}.`, { where: name, hint: 'Check the path.' });
  }
  if (about.size > MODEL_BYTES_MAX) {
    throw new EdgeError(
      'too-large',
      `${name} has ${bytesText(about.size)}; ${bytesText(MODEL_BYTES_MAX)} are allowed.`,
      { where: name },
    );
  }
  return about.size;
}

function cardOf(path: string, name: string): string {
  sizeOf(path, name);
  return readFileSync(path, 'utf8');
}
