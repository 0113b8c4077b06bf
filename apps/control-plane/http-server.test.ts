import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../../adapters/system/clock.ts';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import { type RouteName, type RouteSpec, routes } from '../../contracts/api.ts';
import { ErrorBody } from '../../contracts/errors.ts';
import { parseAnswer } from '../../contracts/request.ts';
import { aControlPlane, aNode, everything } from './control-plane-rig.ts';
import { openWebSocketClient } from './http-rig.ts';
import { openHttpServer } from './http-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'orla-http-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const person = { name: 'Ada', email: 'ada@example.com', password: 'a long enough password' };

/** A control plane over memory behind a real HTTP server on a free port. */
async function aServer(consoleDir?: string, httpClock: Clock = systemClock()) {
  const rig = await aControlPlane();
  const { centre, clock, logged } = rig;
  const http = await openHttpServer({
    controlPlane: centre,
    clock: httpClock,
    log: (_level, text) => logged.push(text),
    host: '127.0.0.1',
    port: 0,
    consoleDir,
  });
  const url = `http://127.0.0.1:${http.port}`;
  const send = (
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ) =>
    fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const token = async (role: string, name = role) => {
    const made = await rig.call('makeApiToken', { body: { name, role } });
    return { authorization: `Bearer ${made.token}` };
  };
  const signIn = async () => {
    await rig.identity.create({ ...person, role: 'administrator' }, person.password);
    const answer = await send('POST', '/api/sign-in', { body: { email: person.email, password: person.password } });
    return answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
  };
  return { rig, clock, http, url, send, token, signIn, close: () => http.close() };
}

async function errorOf(response: Response): Promise<[number, string]> {
  return [response.status, ErrorBody.parse(await response.json()).error.code];
}

const example: Record<string, string> = {
  kind: 'Site',
  name: 'x',
  node: 'x',
  deployment: 'x',
  number: '1',
  stream: 's',
  model: 'm',
  version: '1',
  sha256: '0'.repeat(64),
};
const pathOf = (route: RouteSpec) => route.path.replaceAll(/:([a-z0-9A-Z]+)/g, (_, key: string) => example[key]!);
const rank = { viewer: 1, operator: 2, administrator: 3 } as const;

test('every route is denied to whom it does not name, before anything else is looked at', async () => {
  const { send, token, close } = await aServer();
  const roles = { viewer: await token('viewer'), operator: await token('operator') };
  for (const [name, route] of Object.entries(routes) as [RouteName, RouteSpec][]) {
    if (name === 'link' || route.who === 'anyone') continue;
    const path = pathOf(route);
    const nobody = await errorOf(await send(route.method, path));
    assert.deepEqual(nobody, [401, 'unauthenticated'], `${name} for nobody`);
    assert.deepEqual(
      await errorOf(await send(route.method, path, { headers: { authorization: 'Bearer wrong' } })),
      [401, 'unauthenticated'],
      name,
    );
    assert.equal(
      (await send(route.method, `${path}?token=${roles.operator.authorization.slice(7)}`)).status,
      401,
      'no token in a URL',
    );
    for (const [role, headers] of Object.entries(roles) as ['viewer' | 'operator', Record<string, string>][]) {
      if (route.who === 'link')
        assert.deepEqual(await errorOf(await send(route.method, path, { headers })), [401, 'unauthenticated'], name);
      else if (rank[role] < rank[route.who])
        assert.deepEqual(
          await errorOf(await send(route.method, path, { headers })),
          [403, 'forbidden'],
          `${name} for ${role}`,
        );
    }
  }
  await close();
});

test('nobody sends a large body to a route that anyone may call', async () => {
  const { send, close } = await aServer();
  for (const [name, route] of Object.entries(routes) as [RouteName, RouteSpec][]) {
    if (route.who !== 'anyone' || route.method === 'GET') continue;
    const answer = await send(route.method, pathOf(route), { body: { pad: 'x'.repeat(100_000) } });
    assert.deepEqual(await errorOf(answer), [413, 'too-large'], name);
  }
  await close();
});

test('a request whose body does not come is ended, whether it may be made or not', async () => {
  const clock = createFakeClock(0);
  let timers = 0;
  const setTimer: Clock['setTimer'] = (ms, fire) => {
    timers += 1;
    return clock.setTimer(ms, fire);
  };
  const { http, close } = await aServer(undefined, { ...clock, setTimer });
  const paths = ['/api/sign-in', '/api/apply', '/api/models/m/versions', '/api/nothing'];
  const begun = paths.map((path) => {
    const socket = connect(http.port, '127.0.0.1');
    socket.on('error', () => {});
    const headers = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 99';
    socket.write(`POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n{`);
    return new Promise((resolve) => socket.resume().on('close', resolve));
  });
  while (timers < paths.length) await setImmediate();
  await clock.advance(60_000);
  await Promise.all(begun);
  await close();
});

test('what no route names is not found, with the same headers and form of error', async () => {
  const { send, close } = await aServer();
  for (const [method, path] of [
    ['GET', '/api/nothing'],
    ['POST', '/api/me'],
    ['GET', '/api'],
    ['GET', '/assets/x.js'],
    ['DELETE', '/'],
  ] as const) {
    const answer = await send(method, path);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.deepEqual(await errorOf(answer), [404, 'not-found'], path);
  }
  assert.match(await (await send('GET', '/')).text(), /console is not built/);
  await close();
});

test('answers are what the contract says, for every route that needs nothing', async () => {
  const { rig, send, token, close } = await aServer();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await node.report();
  const headers = await token('administrator');
  const params: Record<string, string> = {
    kind: 'Site',
    name: 'piedmont',
    node: node.name,
    deployment: 'pv',
    stream: 's',
  };
  let checked = 0;
  for (const [name, route] of Object.entries(routes) as [RouteName, RouteSpec][]) {
    if (route.method !== 'GET' || route.who === 'link' || route.answerType !== undefined || name === 'nodeLogs')
      continue;
    const path = route.path.replaceAll(/:([a-z0-9A-Z]+)/g, (_, key: string) => params[key]!);
    const answer = await send('GET', path, { headers });
    assert.equal(answer.status, 200, name);
    parseAnswer(name, await answer.json());
    checked += 1;
  }
  assert.ok(checked >= 17, String(checked));
  await close();
});

test('bad requests: JSON, fields, types, media types and size', async () => {
  const { url, send, token, close } = await aServer();
  const headers = await token('operator');
  const raw = (body: string, type = 'application/json') =>
    fetch(`${url}/api/apply`, { method: 'POST', headers: { ...headers, 'content-type': type }, body });
  assert.deepEqual(await errorOf(await raw('{"resources": [')), [400, 'bad-request']);
  assert.deepEqual(await errorOf(await raw('{"resourcez": []}')), [400, 'bad-request']);
  assert.deepEqual(await errorOf(await raw('<xml/>', 'text/xml')), [400, 'bad-request']);
  assert.deepEqual(await errorOf(await raw(`{"because": "${'x'.repeat(9 * 1024 * 1024)}"}`)), [413, 'too-large']);
  assert.deepEqual(await errorOf(await send('GET', '/api/nodes?limit=9999', { headers })), [400, 'bad-request']);
  assert.deepEqual(await errorOf(await send('GET', '/api/resources/Thing', { headers })), [400, 'bad-request']);
  assert.deepEqual(await errorOf(await send('POST', '/api/models/m/versions', { headers, body: {} })), [
    400,
    'bad-request',
  ]);
  const refused = await send('POST', '/api/apply', {
    headers,
    body: { resources: [{ kind: 'Site', name: 's', spec: { lat: 1 } }] },
  });
  const { error } = ErrorBody.parse(await refused.json());
  assert.deepEqual([refused.status, error.code, error.where], [422, 'unknown-field', 'Site s: spec.lat']);
  await close();
});

test('a session cookie opens the API; from another site, or from nowhere, it may not change anything', async () => {
  const { send, signIn, close } = await aServer();
  const cookie = await signIn();
  assert.equal(
    ((await (await send('GET', '/api/me', { headers: { cookie } })).json()) as { email: string }).email,
    person.email,
  );
  const apply = (headers: Record<string, string>) =>
    send('POST', '/api/apply', { headers: { cookie, ...headers }, body: { resources: [] } });
  assert.deepEqual(await errorOf(await apply({ origin: 'https://evil.example' })), [403, 'forbidden']);
  assert.deepEqual(await errorOf(await apply({ 'sec-fetch-site': 'cross-site' })), [403, 'forbidden']);
  assert.deepEqual(await errorOf(await apply({ 'sec-fetch-site': 'same-site' })), [403, 'forbidden']);
  assert.equal((await apply({ 'sec-fetch-site': 'same-origin' })).status, 200);
  const login = await send('POST', '/api/sign-in', {
    headers: { origin: 'https://evil.example' },
    body: { email: 'a@b.co', password: 'x' },
  });
  assert.deepEqual(await errorOf(login), [403, 'forbidden']);
  const out = await send('POST', '/api/sign-out', { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  assert.match(out.headers.getSetCookie().join(), /Max-Age=0/);
  assert.equal((await send('GET', '/api/me', { headers: { cookie } })).status, 401);
  await close();
});

test('words cannot be tried out: after so many tries in a minute an address has to wait', async () => {
  const { send, close } = await aServer();
  const attempt = () => send('POST', '/api/sign-in', { body: { email: 'a@example.com', password: 'guess' } });
  for (let tries = 0; tries < 20; tries += 1) assert.equal((await attempt()).status, 401);
  const limited = await attempt();
  assert.ok(Number(limited.headers.get('retry-after')) > 0);
  assert.deepEqual(await errorOf(limited), [429, 'too-many']);
  assert.equal((await send('GET', '/api/health')).status, 200);
  await close();
});

test('every answer has the headers that keep a browser from being used against its person', async () => {
  const { send, close } = await aServer();
  const { headers } = await send('GET', '/api/health');
  assert.match(headers.get('content-security-policy')!, /default-src 'self'.*frame-ancestors 'none'/);
  for (const [name, value] of [
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'no-referrer'],
    ['cache-control', 'no-store'],
  ]) {
    assert.equal(headers.get(name!), value);
  }
  await close();
});

test('a model is pushed as a stream; its bytes come back whole and in ranges over an open link only', async () => {
  const { rig, url, token, send, close } = await aServer();
  await rig.apply(...everything());
  const node = await aNode(rig);
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index & 0xff));
  const headers = { ...(await token('operator')), 'content-type': 'application/octet-stream' };
  const pushed = await fetch(`${url}/api/models/sun/versions?alias=champion`, { method: 'POST', headers, body: bytes });
  const { artifact, version } = parseAnswer('pushModel', await pushed.json());
  assert.deepEqual([pushed.status, version], [200, 1]);
  const get = (range?: string) =>
    send('GET', `/link/artifacts/${artifact}`, {
      headers: { authorization: `Bearer ${node.session()}`, ...(range === undefined ? {} : { range }) },
    });
  assert.ok(bytes.equals(Buffer.from(await (await get()).arrayBuffer())));
  for (const [range, from, to] of [
    ['bytes=100-199', 100, 199],
    ['bytes=299990-', 299_990, 299_999],
    ['bytes=-10', 299_990, 299_999],
    ['bytes=299990-999999', 299_990, 299_999],
  ] as const) {
    const answer = await get(range);
    assert.deepEqual([answer.status, answer.headers.get('content-range')], [206, `bytes ${from}-${to}/300000`], range);
    assert.ok(bytes.subarray(from, to + 1).equals(Buffer.from(await answer.arrayBuffer())), range);
  }
  assert.equal((await get('bytes=300000-')).status, 416);
  assert.equal((await get('bytes=1-2,5-6')).status, 200);
  await node.hangUp();
  assert.equal((await get()).status, 401);
  await close();
});

test('the watch feed tells what changes, as server-sent events', async () => {
  const { rig, url, token, close } = await aServer();
  const answer = await fetch(`${url}/api/watch`, { headers: await token('viewer') });
  assert.match(answer.headers.get('content-type')!, /text\/event-stream/);
  const reader = answer.body!.getReader();
  await rig.apply(everything()[0]);
  let text = '';
  while (!text.includes('"kind":"change"')) text += Buffer.from((await reader.read()).value!).toString();
  assert.match(text, /data: \{"kind":"change","number":\d+,"resource":"Site","name":"piedmont"\}\n\n/);
  await reader.cancel();
  await close();
});

test('the watch feed ends for who may no longer read it', async () => {
  const clock = createFakeClock(0);
  const { rig, url, token, close } = await aServer(undefined, clock);
  const headers = await token('viewer', 'ci');
  const answer = await fetch(`${url}/api/watch`, { headers });
  const reader = answer.body!.getReader();
  await reader.read();
  await clock.advance(15_000);
  assert.match(new TextDecoder().decode((await reader.read()).value), /still here/);
  await rig.call('apply', { body: { delete: [{ kind: 'Token', name: 'ci' }] } });
  await clock.advance(15_000);
  await assert.rejects(async () => {
    while (!(await reader.read()).done);
  });
  assert.equal((await rig.centre.figures()).watchers, 0);
  await close();
});

test('one reader cannot take every place at the watch feed', async () => {
  const { url, token, close } = await aServer();
  const headers = await token('viewer', 'greedy');
  const open = (who: Record<string, string>) => fetch(`${url}/api/watch`, { headers: who });
  const opened = await Promise.all(Array.from({ length: 50 }, () => open(headers)));
  assert.ok(opened.every((one) => one.status === 200));
  assert.deepEqual(await errorOf(await open(headers)), [429, 'too-many']);
  const other = await open(await token('viewer', 'modest'));
  assert.equal(other.status, 200);
  await opened[0]!.body!.cancel();
  let again = await open(headers);
  while (again.status !== 200) again = await open(headers);
  await close();
});

test('a node opens its link over a real WebSocket and proves itself', async () => {
  const { rig, url, close } = await aServer();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await node.hangUp();
  const kinds = await openWebSocketClient(url, node);
  assert.deepEqual(kinds.slice(0, 3), ['challenge', 'welcome', 'trust']);
  await close();
});

test('the console is served compressed, its named files for ever, every path of it is the page', async () => {
  const dist = join(folder, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  writeFileSync(join(dist, 'index.html'), '<!doctype html>console');
  writeFileSync(join(dist, 'assets', 'app-1.js'), 'console.log(1)');
  writeFileSync(join(dist, 'assets', 'app-1.js.gz'), gzipSync('console.log(1)'));
  const { send, close } = await aServer(dist);
  for (const path of ['/', '/nodes/piedmont-1', '/deployments/pv?x=1']) {
    const answer = await send('GET', path);
    assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-cache'], path);
    assert.match(await answer.text(), /console/);
  }
  const asset = await send('GET', '/assets/app-1.js', { headers: { 'accept-encoding': 'gzip' } });
  assert.deepEqual(
    [asset.headers.get('content-encoding'), asset.headers.get('cache-control')],
    ['gzip', 'public, max-age=31536000, immutable'],
  );
  assert.equal(await asset.text(), 'console.log(1)');
  assert.deepEqual(await errorOf(await send('GET', '/assets/none.js')), [404, 'not-found']);
  assert.deepEqual(await errorOf(await send('GET', '/api/none')), [404, 'not-found']);
  assert.equal((await send('GET', '/..%2f..%2fetc/passwd')).status === 200, true, 'the page, not the file');
  await close();
});

test('metrics are text for Prometheus, of this server alone', async () => {
  const { rig, send, token, close } = await aServer();
  await rig.apply(...everything());
  await aNode(rig);
  const text = await (await send('GET', '/metrics', { headers: await token('viewer') })).text();
  assert.match(text, /orla_nodes_connected 1/);
  assert.match(text, /orla_nodes\{health="unknown"\} 1/);
  await close();
});

test('a port that is taken is said', async () => {
  const { rig, http, close } = await aServer();
  const again = openHttpServer({
    controlPlane: rig.centre,
    clock: systemClock(),
    log: () => {},
    host: '127.0.0.1',
    port: http.port,
  });
  await assert.rejects(again, { code: 'port-in-use', where: `127.0.0.1:${http.port}` });
  await close();
});
