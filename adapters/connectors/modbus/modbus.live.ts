import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { freePort } from '../../system/free-port.ts';
import { seededRandom } from '../../system/random.ts';
import { systemClock } from '../../system/system-clock.ts';
import { type ConformanceTime, type ConnectorPeer, connectorConformance } from '../conformance.ts';
import { connectModbus, type ModbusClient } from './modbus-client.ts';
import { modbusRigSpec } from './modbus-rig.ts';

/** A server of pymodbus (Debian: python3-pymodbus, python3-serial, python3-serial-asyncio), with 100 registers of each table. */
const script = `
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
block = lambda first: ModbusSequentialDataBlock(0, [first] * 100)
store = ModbusSlaveContext(di=block(1), co=block(0), hr=block(0), ir=block(7), zero_mode=True)
print("starting", flush=True)
StartTcpServer(context=ModbusServerContext(slaves=store, single=True), address=("127.0.0.1", int(sys.argv[1])))
`;

const clock = systemClock();
const realTime: ConformanceTime = { clock, pass: (ms) => clock.sleep(ms) };

/** Starts pymodbus; fails with what Python said when it is not there. */
async function startPymodbus(): Promise<{ port: number; client: ModbusClient; close(): Promise<void> }> {
  const port = await freePort();
  const child = spawn('/usr/bin/python3', ['-c', script, String(port)]);
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exited = once(child, 'exit');
  const started = once(createInterface(child.stdout), 'line');
  await Promise.race([started, exited]);
  const options = { host: '127.0.0.1', port, unit: 1, timeoutMs: 2000, connectTimeoutMs: 2000, window: 8 };
  for (let tries = 0; ; tries++) {
    assert.equal(child.exitCode, null, `pymodbus does not run: ${errors.trim().split('\n').at(-1)}`);
    try {
      const client = await connectModbus(options, clock, () => undefined, new AbortController().signal);
      const close = async () => {
        await client.close();
        child.kill('SIGKILL');
        await exited;
      };
      return { port, client, close };
    } catch (error) {
      if (tries >= 100) throw error;
      await clock.sleep(50);
    }
  }
}

connectorConformance('modbus with pymodbus', {
  async startPeer(): Promise<ConnectorPeer> {
    const { port, client, close } = await startPymodbus();
    return {
      address: { host: '127.0.0.1', port },
      spec: modbusRigSpec,
      async setLevel(value) {
        await client.ask({ fn: 6, address: 10, value: value * 10 });
      },
      async written() {
        const answer = await client.ask({ fn: 3, address: 20, count: 1 });
        assert.ok(answer.kind === 'registers');
        return Buffer.from(answer.bytes).readInt16BE() / 10;
      },
      close,
    };
  },
  makeTime: () => realTime,
  onNetwork: true,
  writable: true,
});

test('modbus with pymodbus: every function, many at once, and its exceptions', async () => {
  const { client, close } = await startPymodbus();
  try {
    const registers = seededRandom('pymodbus').bytes(40);
    assert.deepEqual(await client.ask({ fn: 16, address: 30, registers }), { kind: 'written' });
    assert.deepEqual(await client.ask({ fn: 3, address: 30, count: 20 }), { kind: 'registers', bytes: registers });
    assert.deepEqual(await client.ask({ fn: 4, address: 0, count: 2 }), {
      kind: 'registers',
      bytes: Uint8Array.of(0, 7, 0, 7),
    });
    assert.deepEqual(await client.ask({ fn: 2, address: 3, count: 10 }), {
      kind: 'bits',
      bytes: Uint8Array.of(0xff, 0x03),
    });
    await client.ask({ fn: 5, address: 1, on: true });
    await client.ask({ fn: 15, address: 8, bits: [true, false, true] });
    assert.deepEqual(await client.ask({ fn: 1, address: 0, count: 16 }), {
      kind: 'bits',
      bytes: Uint8Array.of(0b10, 0b101),
    });
    await assert.rejects(client.ask({ fn: 3, address: 90, count: 20 }), /illegal data address \(Modbus exception 2\)/);
    const many = await Promise.all(
      Array.from({ length: 500 }, (_, at) => client.ask({ fn: 3, address: 30 + (at % 20), count: 1 })),
    );
    many.forEach((answer, at) => {
      const from = (at % 20) * 2;
      assert.deepEqual(answer, { kind: 'registers', bytes: registers.slice(from, from + 2) });
    });
  } finally {
    await close();
  }
});
