import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { ResolvedConnector } from '../../../contracts/kinds/connector.ts';
import type { Sample } from '../../../contracts/records.ts';
import { createFakeClock } from '../../system/fake-clock.ts';
import { seededRandom } from '../../system/random.ts';
import { createConnector } from '../create-connector.ts';
import { createFrameReader, formatFrame } from './modbus-frames.ts';

test('window, unit, maxRegisters and maxGap reach the wire', async () => {
  const seen: { unit: number; request: number[] }[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const reader = createFrameReader();
    const held: { transaction: number; count: number }[] = [];
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      reader.push(new Uint8Array(chunk as Buffer), ({ transaction, unit, pdu }) => {
        seen.push({ unit, request: [...pdu] });
        held.push({ transaction, count: pdu[4] as number });
      });
      // It only answers three requests at once: without a window of three it would be silent.
      if (held.length < 3) return;
      for (const { transaction, count } of held.splice(0)) {
        socket.write(formatFrame(transaction, 17, Uint8Array.of(3, count * 2, ...new Uint8Array(count * 2))));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const spec = ResolvedConnector.parse({
    name: 'plc',
    equipment: 'plc',
    protocol: 'modbus',
    config: { host: '127.0.0.1', port, unit: 17, window: 3, maxRegisters: 4, maxGap: 2 },
    tags: [0, 3, 4, 9].map((address) => ({ name: `t${address}`, source: { address } })),
  });
  const clock = createFakeClock(0);
  const samples: Sample[] = [];
  const onSamples = (some: readonly Sample[]) => void samples.push(...some);
  const connector = createConnector(spec, { clock, random: seededRandom(1), onSamples, log: () => undefined });
  connector.start();
  for (let turns = 0; samples.length < 4; turns++) {
    assert.ok(turns < 100_000, connector.observe().because);
    await clock.advance(1);
  }
  assert.deepEqual(
    seen.slice(0, 3),
    [
      [0, 4],
      [4, 1],
      [9, 1],
    ].map(([address, count]) => ({ unit: 17, request: [3, 0, address, 0, count] })),
  );
  await connector.stop();
  server.close();
});
