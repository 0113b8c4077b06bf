import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'orla-main-'));
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(
  data: string,
  ...args: string[]
): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, 'main.ts'),
    '--data',
    data,
    '--listen',
    '127.0.0.1:0',
    ...args,
  ]);
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
  const ended = new Promise<number | null>((resolve) =>
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
    }),
  );
  return { child, output: () => text, ended };
}

/** Resolves when it has said where it listens, or what `until` looks for. */
async function up(data: string, args: readonly string[] = [], until = /listening on/): Promise<Started> {
  const started = start(data, ...args);
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (until.test(started.output())) resolve();
    };
    for (const stream of [started.child.stdout!, started.child.stderr!]) stream.on('data', look);
    void started.ended.then(() => reject(new Error(`it ended: ${started.output()}`)));
  });
  const access = JSON.parse(readFileSync(join(data, 'local-access.json'), 'utf8')) as { url: string; token: string };
  return { ...started, ...access };
}

const api = async ({ url, token }: Started, path: string, body?: unknown) => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(url + path, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
  return [answer.status, await answer.json()] as [number, Record<string, unknown>];
};
const site = (name: string) => ({ resources: [{ kind: 'Site', name, spec: { latitude: 1, longitude: 2 } }] });

test('first start, SIGKILL, second start: what was acknowledged is there, keys and token are the same, SIGTERM ends it well', async () => {
  const data = join(folder, 'a');
  const first = await up(data, [], /#first=\S+\s/);
  assert.match(first.output(), /\/#first=first_[A-Za-z0-9_-]{43}/);
  for (const path of [
    '.',
    'keys',
    'lock',
    'local-access.json',
    ...['people.db', 'people.db-wal', 'orla.db', 'orla.db-wal'],
    'keys/root.json',
    'keys/manifest.json',
    'keys/session-secret',
  ]) {
    assert.equal(statSync(join(data, path)).mode & 0o077, 0, path);
  }
  const acknowledged: string[] = [];
  const write = async (name: string) => {
    const [status] = await api(first, '/api/apply', site(name));
    if (status === 200) acknowledged.push(name);
    // Others are under way at this moment: some are kept and answered, some kept, some neither.
    if (acknowledged.length === 5) first.child.kill('SIGKILL');
  };
  await Promise.allSettled(Array.from({ length: 30 }, (_, index) => write(`s${index}`)));
  assert.ok(acknowledged.length >= 5);
  await first.ended;

  const second = await up(data);
  assert.equal(second.token, first.token);
  const [, kept] = await api(second, '/api/resources/Site');
  const names = new Set((kept['items'] as { name: string }[]).map((one) => one.name));
  for (const name of acknowledged) assert.ok(names.has(name), name);
  const [status] = await api(second, '/api/apply', site('after'));
  assert.equal(status, 200);
  second.child.kill('SIGTERM');
  assert.equal(await second.ended, 0);
  assert.match(second.output(), /stopping/);
});

test('the printed link makes the first administrator over HTTP, whose cookie then works', async () => {
  const started = await up(join(folder, 'b'), [], /#first=\S+\s/);
  const word = /#first=(\S+)/.exec(started.output())![1];
  const [status, person] = await api(started, '/api/first-administrator', {
    word,
    name: 'Ada',
    email: 'ada@example.com',
    password: 'long enough password',
  });
  assert.deepEqual([status, person['role']], [200, 'administrator']);
  const again = await api(started, '/api/first-administrator', {
    word,
    name: 'Eve',
    email: 'eve@example.com',
    password: 'long enough password',
  });
  assert.equal(again[0], 401);
  const answer = await fetch(`${started.url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'long enough password' }),
  });
  const cookie = answer.headers.getSetCookie()[0]!;
  assert.match(cookie, /HttpOnly/i);
  assert.match(cookie, /SameSite=Strict/i);
  const me = await fetch(`${started.url}/api/me`, { headers: { cookie: cookie.split(';')[0]! } });
  assert.equal(me.status, 200);
  started.child.kill('SIGTERM');
  await started.ended;
});

test('a port in use, a folder in use and wrong flags end it at once with one clear error and its exit code', async () => {
  const started = await up(join(folder, 'c'));
  const other = join(folder, 'd');
  const port = start(other, '--listen', started.url.slice('http://'.length));
  assert.equal(await port.ended, 7);
  assert.match(port.output(), /Another program listens on 127.0.0.1:\d+ already/);
  const same = start(join(folder, 'c'));
  assert.equal(await same.ended, 5);
  assert.match(same.output(), /Another process holds/);
  const flag = start(join(folder, 'e'), '--lissten', 'x');
  assert.equal(await flag.ended, 2);
  assert.match(flag.output(), /Did you mean "--listen"/);
  assert.ok(!existsSync(join(folder, 'e')));
  started.child.kill('SIGTERM');
  await started.ended;
});

test('--json writes one JSON object a line', async () => {
  const started = await up(join(folder, 'f'), ['--json']);
  started.child.kill('SIGTERM');
  assert.equal(await started.ended, 0);
  const lines = started
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  assert.ok(lines.length > 1 && lines.every((line) => JSON.parse(line).program === 'control-plane'));
});

test('behind a proxy that ends TLS the session cookie is for TLS only', async () => {
  const { child, url, output, ended } = await up(
    join(folder, 'proxied'),
    ['--url', 'https://orla.example'],
    /#first=\S+\s/,
  );
  const word = /#first=(\S+)/.exec(output())?.[1];
  const answer = await fetch(`${url}/api/first-administrator`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ word, name: 'Ada', email: 'ada@example.com', password: 'a long enough password' }),
  });
  assert.match(answer.headers.getSetCookie()[0]!, /; Secure/i);
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});
