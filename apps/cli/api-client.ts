import { type AnswerOf, type RouteName, routes } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import { buildRequest, parseAnswer, parseFailure, type RequestParts } from '../../contracts/request.ts';

/** How long one request may take before the control plane counts as not answering. */
export const REQUEST_TIMEOUT_MS = 60_000;

export interface ApiAccess {
  readonly url: string;
  readonly token?: string | undefined;
  /** Where address and token were found, for messages. */
  readonly from?: string | undefined;
  readonly fetch: typeof fetch;
  readonly stopped?: AbortSignal | undefined;
}

export interface Answered<N extends RouteName> {
  /** As the contract types it. */
  readonly answer: AnswerOf<N>;
  /** Exactly what was answered. */
  readonly json: unknown;
  readonly cookies: readonly string[];
}

/** The API of one control plane, typed by the route table. Every failure is an EdgeError. */
export interface ApiClient {
  readonly url: string;
  ask<N extends RouteName>(name: N, parts: RequestParts<N>, options?: AskOptions): Promise<Answered<N>>;
  call<N extends RouteName>(name: N, parts: RequestParts<N>, options?: AskOptions): Promise<AnswerOf<N>>;
  /** The `data` of each server-sent event (HTML Living Standard, section 9.2) until the connection ends. */
  events<N extends RouteName>(name: N, parts: RequestParts<N>): AsyncGenerator<unknown, void, undefined>;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export function createApiClient(access: ApiAccess): ApiClient {
  const base = access.url.replace(/\/+$/, '');

  const send = async <N extends RouteName>(
    name: N,
    parts: RequestParts<N>,
    options: AskOptions,
    signal: AbortSignal,
  ) => {
    const built = buildRequest(name, parts);
    const headers: Record<string, string> = { ...built.headers, ...options.headers };
    if (access.token !== undefined) headers['authorization'] = `Bearer ${access.token}`;
    const init: RequestInit & { duplex?: 'half' } = { method: built.method, headers, signal, redirect: 'error' };
    if (built.body !== undefined) Object.assign(init, { body: built.body, duplex: 'half' });
    try {
      return await access.fetch(base + built.path, init);
    } catch (cause) {
      throw unreachable(access, cause);
    }
  };

  const ask = async <N extends RouteName>(name: N, parts: RequestParts<N>, options: AskOptions = {}) => {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? REQUEST_TIMEOUT_MS);
    const response = await send(name, parts, options, AbortSignal.any([timeout, ...signalsOf(access)]));
    const text = await response.text().catch((cause) => {
      throw unreachable(access, cause);
    });
    const json = (routes[name] as { answerType?: string }).answerType === undefined ? jsonOf(text) : text;
    if (!response.ok) throw withPlace(parseFailure(name, response.status, jsonOf(text)), access);
    return { answer: parseAnswer(name, json), json, cookies: response.headers.getSetCookie() };
  };

  return {
    url: base,
    ask,
    call: async (name, parts, options) => (await ask(name, parts, options)).answer,
    events: async function* (name, parts) {
      const response = await send(name, parts, {}, AbortSignal.any(signalsOf(access)));
      if (!response.ok) throw withPlace(parseFailure(name, response.status, jsonOf(await response.text())), access);
      if (response.body === null) return;
      try {
        yield* serverSentEvents(response.body);
      } catch (cause) {
        if (!access.stopped?.aborted) throw unreachable(access, cause);
      }
    },
  };
}

/** Longest part of an event that is kept while its end has not come. */
const EVENT_CHARACTERS_MAX = 4 * 1024 * 1024;

/** The JSON of each event's data. */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest = (rest + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n');
    const events = rest.split('\n\n');
    rest = events.pop() ?? '';
    if (rest.length > EVENT_CHARACTERS_MAX) throw new EdgeError('too-large', 'An event of the watch feed never ends.');
    for (const event of events) {
      const data = event
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, ''))
        .join('\n');
      if (data !== '') yield jsonOf(data);
    }
  }
}

function signalsOf(access: ApiAccess): AbortSignal[] {
  return access.stopped === undefined ? [] : [access.stopped];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(access: ApiAccess, cause: unknown): EdgeError {
  if (access.stopped?.aborted) return new EdgeError('closed', 'Stopped.', { cause });
  const where = access.from === undefined ? access.url : `${access.url} (from ${access.from})`;
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return new EdgeError('timeout', 'The control plane did not answer in time.', { where, cause });
  }
  const reason = cause instanceof Error ? causeText(cause) : String(cause);
  return new EdgeError('unreachable', `No control plane answers: ${reason}.`, {
    where,
    hint: 'Start one with `orla up` or `orla demo`, or name another with --url.',
    cause,
  });
}

function causeText(error: Error): string {
  const inner = error.cause;
  if (inner instanceof AggregateError) return inner.errors.map((each: Error) => each.message).join(', ');
  return inner instanceof Error && inner.message !== '' ? inner.message : error.message;
}

function withPlace(error: EdgeError, access: ApiAccess): EdgeError {
  if (error.code !== 'unauthenticated' || access.from === undefined) return error;
  return new EdgeError(error.code, error.message, {
    where: `token from ${access.from}`,
    hint: error.hint,
    cause: error,
  });
}
