import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { routes } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { EnrolRequest } from '../../contracts/link.ts';
import { createFakeClock, type FakeClock } from '../system/fake-clock.ts';
import { conformanceCentre, linkConformance } from './conformance.ts';
import type { MemoryCentre } from './memory-link.ts';
import { createWebSocketLink, linkPaths } from './websocket-client.ts';
import { attachWebSocketLink, type WebSocketServerOptions } from './websocket-server.ts';

const GIVE_UP_MS = 10_000;

async function until(done: () => boolean): Promise<void> {
  const from = performance.now();
  while (!done()) {
    assert.ok(performance.now() - from < GIVE_UP_MS, 'it never happened');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The three things of a control plane that a link needs, over a real HTTP server. */
async function serve(centre: MemoryCentre, clock: FakeClock, options: Partial<WebSocketServerOptions> = {}) {
  const server = http.createServer(async (request, response) => {
    try {
      if (request.url === linkPaths.enrol) {
        let text = '';
        for await (const part of request) text += part;
        response.end(JSON.stringify(await centre.enrol(JSON.parse(text) as EnrolRequest)));
      } else {
        const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
        const session = (request.headers.authorization ?? '').slice('Bearer '.length);
        const sha256 = (request.url ?? '').slice(linkPaths.artifact.length);
        const bytes = await centre.artifact(sha256, Number(range?.[1] ?? 0), session);
        response.writeHead(range === null ? 200 : 206);
        for await (const part of bytes) response.write(part);
        response.end();
      }
    } catch (error) {
      const known = error instanceof EdgeError ? error : new EdgeError('internal', String(error));
      response.writeHead(known.code === 'not-found' ? 404 : 401).end(JSON.stringify(known.toBody()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lines = attachWebSocketLink(server, { accept: centre.accept, clock, ...options });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    await lines.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, lines, stop };
}

linkConformance('websocket', async (centre) => {
  const clock = createFakeClock(0);
  // Nobody proves anything here: that is the control plane's.
  const served = await serve(centre, clock, { unprovenBytesMax: 1e9 });
  let stopped = false;
  const stopCentre = async () => {
    if (!stopped) await served.stop();
    stopped = true;
  };
  return { client: createWebSocketLink({ url: served.url, clock }), until, stopCentre, close: stopCentre };
});

test('websocket: paths are those of the API', () => {
  assert.equal(linkPaths.link, routes.link.path);
  assert.equal(linkPaths.enrol, routes.enrol.path);
  assert.equal(`${linkPaths.artifact}:sha256`, routes.artifact.path);
});

async function rawLine(options: Partial<WebSocketServerOptions>) {
  const clock = createFakeClock(0);
  const { centre, lines } = conformanceCentre();
  const served = await serve(centre, clock, options);
  const socket = new WebSocket(`${served.url.replace('http', 'ws')}/link`);
  await new Promise((resolve) => socket.on('open', resolve));
  const closed: number[] = [];
  socket.on('close', (code) => closed.push(code));
  socket.on('error', () => {});
  return { clock, lines, socket, closed, stop: served.stop, served };
}

test('websocket: a line that is not welcome yet may say little', async () => {
  const { lines, socket, closed, stop } = await rawLine({});
  socket.send(JSON.stringify({ kind: 'prove', signature: 'A'.repeat(20_000) }));
  await until(() => closed.length === 1 && lines[0]?.closed.length === 1);
  assert.deepEqual(lines[0]?.frames, []);
  await stop();
});

test('websocket: a line that is welcome may say much', async () => {
  const { lines, socket, stop } = await rawLine({});
  await until(() => lines.length === 1);
  lines[0]!.connection.send({ kind: 'welcome', session: 's', reportEveryMs: 1, at: 0 });
  socket.send(JSON.stringify({ kind: 'prove', signature: 'A'.repeat(500_000) }));
  await until(() => lines[0]?.frames.length === 1);
  await stop();
});

test('websocket: a frame over the limit closes the line before it is parsed', async () => {
  const { lines, socket, closed, stop } = await rawLine({ frameBytesMax: 1000 });
  socket.send(JSON.stringify({ kind: 'prove', signature: 'A'.repeat(2000) }));
  await until(() => closed.length === 1);
  assert.deepEqual([closed, lines[0]?.frames], [[1009], []]);
  await stop();
});

for (const bad of ['{', '7', '{"kind":"hello"}', '{"kind":"records","stream":"NO"}']) {
  test(`websocket: ${bad} closes the line`, async () => {
    const { lines, socket, closed, stop } = await rawLine({});
    socket.send(bad);
    await until(() => closed.length === 1 && lines[0]?.closed.length === 1);
    assert.deepEqual([closed, lines[0]?.frames], [[1008], []]);
    await stop();
  });
}

test('websocket: a kind of a newer version is ignored', async () => {
  const { lines, socket, stop } = await rawLine({});
  socket.send('{"kind":"from-the-future","x":1}');
  socket.send(JSON.stringify({ kind: 'prove', signature: 'AA' }));
  await until(() => lines[0]?.frames.length === 1);
  assert.equal(lines[0]?.frames[0]?.kind, 'prove');
  await stop();
});

test('websocket: a line that sends too much is read at its rate and loses nothing', async () => {
  const { clock, lines, socket, stop } = await rawLine({
    framesPerSecondMax: 50,
    bytesPerSecondMax: 1e9,
    unprovenBytesMax: 1e9,
  });
  const text = JSON.stringify({ kind: 'prove', signature: 'A'.repeat(100_000) });
  for (let n = 0; n < 120; n++) socket.send(text);
  await until(() => (lines[0]?.frames.length ?? 0) >= 50);
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok((lines[0]?.frames.length ?? 0) <= 52, `${lines[0]?.frames.length} frames were read in one second`);
  await clock.advance(1000);
  await until(() => (lines[0]?.frames.length ?? 0) >= 100);
  await clock.advance(1000);
  await until(() => lines[0]?.frames.length === 120);
  await stop();
});

test('websocket: a half-open line is noticed at both ends', async () => {
  const clock = createFakeClock(0);
  const { centre, lines } = conformanceCentre();
  const served = await serve(centre, clock, { pingEveryMs: 10_000 });
  // A relay that stops passing bytes, as a dead modem does: no end ever sees a FIN.
  const legs: net.Socket[] = [];
  const relay = net.createServer((near) => {
    const far = net.connect(Number(new URL(served.url).port), '127.0.0.1');
    near.pipe(far).pipe(near);
    legs.push(near, far);
    for (const leg of [near, far]) leg.on('error', () => {});
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const closed: string[] = [];
  const handlers = { onFrame: () => {}, onDrain: () => {}, onClose: (because: string) => closed.push(because) };
  await createWebSocketLink({ url, clock, silentAfterMs: 25_000 }).open(handlers);
  await until(() => lines.length === 1);
  for (const leg of legs) leg.unpipe().pause();
  await clock.advance(10_000);
  assert.deepEqual([closed, lines[0]?.closed], [[], []]);
  await clock.advance(10_000);
  await until(() => lines[0]?.closed.length === 1);
  assert.deepEqual(lines[0]?.closed, ['it did not answer a ping']);
  await clock.advance(10_000);
  await until(() => closed.length === 1);
  for (const leg of legs) leg.destroy();
  relay.close();
  await served.stop();
});

test('websocket: no more lines than allowed, and nothing on other paths', async () => {
  const { served, socket, stop } = await rawLine({ connectionsMax: 1 });
  const refused = (path: string) =>
    new Promise<string>((resolve) => {
      const other = new WebSocket(`${served.url.replace('http', 'ws')}${path}`);
      other.on('error', (error) => resolve(error.message));
    });
  assert.match(await refused('/link'), /503/);
  assert.match(await refused('/other'), /404/);
  assert.equal(served.lines.connections(), 1);
  socket.close();
  await stop();
});

test('websocket: an address that is not HTTP is refused', () => {
  assert.throws(() => createWebSocketLink({ url: 'ftp://x', clock: createFakeClock(0) }), { code: 'bad-request' });
});

test('websocket: over TLS only a certificate of a known authority is trusted', async () => {
  const clock = createFakeClock(0);
  const { centre, lines } = conformanceCentre();
  const { certificate, key } = selfSigned();
  const server = https.createServer({ cert: certificate, key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const attached = attachWebSocketLink(server, { accept: centre.accept, clock });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const handlers = { onFrame: () => {}, onDrain: () => {}, onClose: () => {} };
  const stranger = createWebSocketLink({ url, clock });
  await assert.rejects(stranger.open(handlers), { code: 'unreachable' });
  await assert.rejects(stranger.fetchArtifact('0'.repeat(64), 0, 's'), { code: 'unreachable' });
  assert.equal(lines.length, 0);
  await createWebSocketLink({ url, clock, ca: certificate }).open(handlers);
  await until(() => lines.length === 1);
  await attached.close();
  server.close();
});

/** A certificate for 127.0.0.1 that signs itself (RFC 5280 section 4.1), made anew for each run: no key is kept. */
function selfSigned(): { certificate: string; key: string } {
  const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const size = body.length;
    const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
    return Buffer.concat([Buffer.from([tag, ...length]), body]);
  };
  const hex = (text: string) => Buffer.from(text, 'hex');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const ed25519 = der(0x30, hex('06032b6570'));
  const name = der(0x30, der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from('orla test')))));
  const validity = der(0x30, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')));
  const forAddress = der(0x30, hex('0603551d11'), der(0x04, der(0x30, der(0x87, Buffer.from([127, 0, 0, 1])))));
  const isAuthority = der(0x30, hex('0603551d13'), hex('0101ff'), der(0x04, der(0x30, hex('0101ff'))));
  const signedPart = der(
    0x30,
    der(0xa0, hex('020102')),
    hex('020101'),
    ed25519,
    name,
    validity,
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, der(0x30, isAuthority, forAddress)),
  );
  const signature = sign(null, signedPart, privateKey);
  const whole = der(0x30, signedPart, ed25519, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').replace(/(.{64})/g, '$1\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}
