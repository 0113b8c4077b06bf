import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openLineProxy } from './line-proxy.ts';

async function anEcho(t: TestContext) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (chunk) => socket.write(chunk)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await openLineProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  t.after(async () => {
    await proxy.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { proxy, sockets, server };
}

async function aCaller(port: number) {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  return socket;
}

const said = async (socket: Socket, text: string) => {
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
};

test('passes bytes both ways', async (t) => {
  const { proxy } = await anEcho(t);
  const caller = await aCaller(proxy.port);
  assert.equal(await said(caller, 'hello'), 'hello');
  caller.destroy();
});

test('a cut line looks open at both ends and carries nothing; after it connections from before are dead', async (t) => {
  const { proxy, sockets } = await anEcho(t);
  const caller = await aCaller(proxy.port);
  assert.equal(await said(caller, 'before'), 'before');
  proxy.cut();
  const got: string[] = [];
  caller.on('data', (chunk: Buffer) => got.push(chunk.toString()));
  caller.write('lost');
  const late = await aCaller(proxy.port);
  late.write('into nothing');
  sockets[0]?.write('lost too');
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  assert.deepEqual([caller.readyState, late.readyState, sockets[0]?.readyState], ['open', 'open', 'open']);
  assert.equal(sockets.length, 1, 'what is dialled while it is cut never arrives');
  const closed = Promise.all([once(caller, 'close'), once(late, 'close'), once(sockets[0] as Socket, 'close')]);
  proxy.restore();
  await closed;
  assert.deepEqual(got, []);
  const again = await aCaller(proxy.port);
  assert.equal(await said(again, 'after'), 'after');
  again.destroy();
});
