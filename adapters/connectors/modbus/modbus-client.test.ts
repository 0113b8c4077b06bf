import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { EdgeError } from '../../../contracts/errors.ts';
import { createFakeClock } from '../../system/fake-clock.ts';
import { connectModbus } from './modbus-client.ts';
import type { ModbusAnswer, ModbusRequest } from './modbus-codec.ts';
import { createFrameReader, formatFrame } from './modbus-frames.ts';
import { aRegisterBank } from './modbus-rig.ts';
import { startModbusServer } from './modbus-server.ts';

/** A client of an in-process server, with a window of `window`. */
async function aConnection(window: number, answer: (request: ModbusRequest) => ModbusAnswer = aRegisterBank().answer) {
  const clock = createFakeClock(0);
  const server = await startModbusServer({ host: '127.0.0.1', port: 0 }, answer);
  const latencies: number[] = [];
  const options = { host: '127.0.0.1', port: server.port, unit: 1, timeoutMs: 1000, connectTimeoutMs: 1000, window };
  const client = await connectModbus(options, clock, (ms) => latencies.push(ms), new AbortController().signal);
  const close = async () => {
    await client.close();
    await server.close();
  };
  return { clock, server, client, latencies, close };
}

test('many requests at once, more than the window: each gets its own answer', async () => {
  const bank = aRegisterBank();
  bank.registers.forEach((_, at) => {
    bank.registers[at] = at;
  });
  const { client, latencies, close } = await aConnection(3, bank.answer);
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, at) => client.ask({ fn: 3, address: at * 100, count: 2 })),
  );
  answers.forEach((answer, at) => {
    assert.deepEqual(answer.kind === 'registers' && Buffer.from(answer.bytes).readUInt16BE(2), at * 100 + 1);
  });
  assert.equal(latencies.length, 500);
  await close();
});

/** A peer that collects `count` frames, then answers them with `reply` of their transactions. */
async function aHesitantPeer(count: number, reply: (transactions: number[]) => number[]) {
  const server = createServer({ noDelay: true }, (socket) => {
    const reader = createFrameReader();
    let held: number[] = [];
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      reader.push(new Uint8Array(chunk as Buffer), ({ transaction }) => held.push(transaction));
      if (held.length < count) return;
      for (const transaction of reply(held)) {
        socket.write(formatFrame(transaction, 1, Uint8Array.of(3, 2, transaction >> 8, transaction)));
      }
      held = [];
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const clock = createFakeClock(0);
  const options = { host: '127.0.0.1', port, unit: 1, timeoutMs: 1000, connectTimeoutMs: 1000, window: count };
  const client = await connectModbus(options, clock, () => undefined, new AbortController().signal);
  const close = async () => {
    await client.close();
    server.close();
    await once(server, 'close');
  };
  return { clock, client, close };
}

test('answers in another order belong to their requests', async () => {
  const { client, close } = await aHesitantPeer(3, (transactions) => transactions.toReversed());
  const answers = await Promise.all([1, 2, 3].map((address) => client.ask({ fn: 3, address, count: 1 })));
  // The peer answers each request with its transaction, which are numbered in the order of sending.
  assert.deepEqual(
    answers.map((answer) => answer.kind === 'registers' && answer.bytes[1]),
    [1, 2, 3],
  );
  await close();
});

test("a request that is left out times out alone, and its late answer is nobody else's", async () => {
  const late: number[] = [];
  const { clock, client, close } = await aHesitantPeer(2, (transactions) => {
    if (late.length > 0) return [...late.splice(0), ...transactions];
    late.push(transactions[0] as number);
    return transactions.slice(1);
  });
  const outcomes: string[] = [];
  const ask = (name: string) =>
    client.ask({ fn: 3, address: 0, count: 1 }).then(
      (answer) => outcomes.push(`${name} ${answer.kind === 'registers' ? answer.bytes[1] : answer.kind}`),
      (error: EdgeError) => outcomes.push(`${name} ${error.code}`),
    );
  const until = async (count: number) => {
    for (let turns = 0; outcomes.length < count; turns++) {
      assert.ok(turns < 100_000, outcomes.join());
      await clock.advance(1);
    }
  };
  // Sent a moment later, so that the second's answer shows that the line is alive when the first is due.
  void ask('first');
  await clock.advance(1);
  void ask('second');
  await until(2);
  assert.deepEqual(outcomes, ['second 2', 'first timeout']);
  void ask('third');
  void ask('fourth');
  await until(4);
  assert.deepEqual(outcomes.slice(2), ['third 3', 'fourth 4']);
  await close();
});

test('an exception is an error with its words', async () => {
  const { client, close } = await aConnection(4);
  await assert.rejects(client.ask({ fn: 1, address: 0, count: 1 }), (error: EdgeError) => {
    assert.equal(error.code, 'refused-by-equipment');
    assert.match(error.message, /illegal function \(Modbus exception 1\)/);
    return true;
  });
  await close();
});

test('when the connection ends, everything that is open ends with it, once', async () => {
  const { client, server, close } = await aConnection(2);
  const outcomes: unknown[] = [];
  for (let at = 0; at < 5; at++) {
    client.send({ fn: 3, address: at, count: 1 }, (answer) => outcomes.push(answer instanceof EdgeError));
  }
  server.disconnectAll();
  const lost = await client.lost;
  assert.ok(lost instanceof EdgeError && lost.code === 'unreachable', lost.message);
  assert.equal(outcomes.length, 5);
  await assert.rejects(client.ask({ fn: 3, address: 0, count: 1 }), { code: 'unreachable' });
  await close();
  assert.equal(outcomes.length, 5);
});

test('nobody listens: one clear error', async () => {
  const { server, close } = await aConnection(1);
  await close();
  const options = { host: '127.0.0.1', port: server.port, unit: 1, timeoutMs: 1, connectTimeoutMs: 1000, window: 1 };
  const connecting = connectModbus(options, createFakeClock(0), () => undefined, new AbortController().signal);
  await assert.rejects(connecting, (error: EdgeError) => {
    assert.equal(error.code, 'unreachable');
    assert.match(error.message, /^127\.0\.0\.1:\d+: the connection is refused/);
    return true;
  });
});

test('connecting can be stopped, and leaves no timer', async () => {
  const clock = createFakeClock(0);
  const options = { host: '127.0.0.1', port: 9, unit: 1, timeoutMs: 1, connectTimeoutMs: 1000, window: 1 };
  await assert.rejects(
    connectModbus(options, clock, () => undefined, AbortSignal.abort()),
    { code: 'closed' },
  );
  assert.equal(clock.nextTimer(), undefined);
});
