import { Readable } from 'node:stream';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import type { Cli } from './cli.ts';

/** A command line without a terminal that keeps what it prints. */
export function aCli(more: Partial<Cli> = {}): Cli & { printed: () => string; complained: () => string } {
  const said = { out: '', err: '' };
  const output = (to: 'out' | 'err') => ({
    write: (text: string) => {
      said[to] += text;
    },
    isTerminal: false,
    columns: 100,
  });
  return {
    out: output('out'),
    err: output('err'),
    input: Readable.from([]),
    colour: false,
    cwd: '/nowhere',
    home: '/nowhere',
    host: 'test',
    root: '/nowhere',
    environment: {},
    clock: createFakeClock(0),
    fetch: () => Promise.reject(new TypeError('no network in this test')),
    stopped: new AbortController().signal,
    ...more,
    printed: () => said.out,
    complained: () => said.err,
  };
}

/** A `fetch` that answers from a table of `METHOD /path` (without query) and keeps what it was asked. */
export function fetchFrom(
  answers: Readonly<Record<string, unknown>>,
): typeof fetch & { asked: { method: string; path: string; body: unknown; headers: Headers }[] } {
  const asked: { method: string; path: string; body: unknown; headers: Headers }[] = [];
  const answer = async (url: string | URL | Request, init: RequestInit = {}) => {
    const { pathname, search } = new URL(String(url));
    const method = init.method ?? 'GET';
    asked.push({
      method,
      path: pathname + search,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : init.body,
      headers: new Headers(init.headers),
    });
    const found = answers[`${method} ${pathname}`];
    if (found instanceof Response) return found;
    if (found === undefined)
      return Response.json({ error: { code: 'not-found', message: `no ${pathname}`, hint: 'none' } }, { status: 404 });
    return Response.json(found);
  };
  return Object.assign(answer, { asked });
}
