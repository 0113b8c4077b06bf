import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { EdgeError } from '../../contracts/errors.ts';
import { ResolvedConnector } from '../../contracts/kinds/connector.ts';
import type { Sample } from '../../contracts/records.ts';
import { createFakeClock } from '../system/fake-clock.ts';
import { createConnector } from './create-connector.ts';
import { createLatencyRing } from './latency-ring.ts';
import type { ConnectorDefinition, DriverPorts, Session } from './port.ts';

/** A connector whose driver is told by the test what happens. */
function aConnector(open: (ports: DriverPorts) => Promise<Partial<Session>>, more: object = {}) {
  const definition: ConnectorDefinition = {
    name: 'told',
    summary: '',
    about: '',
    config: z.strictObject({}),
    source: z.strictObject({}),
    example: {},
    check: () => [],
    create: (_spec, ports) => ({
      open: async () => ({
        lost: new Promise<Error>(() => undefined),
        write: () => Promise.reject(new Error('not told')),
        close: async () => undefined,
        ...(await open(ports)),
      }),
    }),
  };
  const spec = ResolvedConnector.parse({
    name: 'plc',
    equipment: 'plc',
    protocol: 'told',
    config: {},
    scan: '1s',
    staleAfter: '1m',
    tags: [{ name: 'a', writable: true, source: {}, ...more }],
  });
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const samples: Sample[] = [];
  const logged: string[] = [];
  // The longest delay that chance allows, so that what is tested is the window.
  const random = { number: () => 0.999999, bytes: (n: number) => new Uint8Array(n), id: () => '0' };
  const connector = createConnector(
    spec,
    {
      clock,
      random,
      onSamples: (some) => void samples.push(...some),
      log: (level, text) => void (level === 'warn' && logged.push(text)),
    },
    { told: definition },
  );
  return { clock, connector, samples, logged };
}

test('tries to connect grow apart, up to 15 s, and the reason is said once', async () => {
  const triedAt: number[] = [];
  const { clock, connector, logged } = aConnector(() => {
    triedAt.push(clock.monotonic());
    return Promise.reject(new EdgeError('unreachable', 'no cable'));
  });
  connector.start();
  await clock.advance(120_000);
  await connector.stop();
  const pauses = triedAt.slice(1).map((at, index) => Math.round((at - (triedAt[index] as number)) / 10) * 10);
  assert.deepEqual(pauses.slice(0, 9), [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  assert.deepEqual(logged, ['plc: no cable']);
  assert.equal(connector.observe().reconnects, triedAt.length);
});

test('equipment that answered is tried again soon', async () => {
  const triedAt: number[] = [];
  const { clock, connector } = aConnector(async (ports) => {
    triedAt.push(clock.monotonic());
    if (triedAt.length < 5) throw new EdgeError('unreachable', 'no cable');
    return {
      scan: async () => {
        ports.onReadings([{ tag: 0, value: 1, quality: 'good', time: 'arrival' }], clock.monotonic());
        throw new EdgeError('unreachable', 'cut');
      },
    };
  });
  connector.start();
  await clock.advance(10_000);
  await connector.stop();
  assert.ok((triedAt[6] as number) - (triedAt[5] as number) <= 250, triedAt.join());
});

test('scans keep their pace; one that takes too long costs only those that were due meanwhile', async () => {
  const scannedAt: number[] = [];
  const { clock, connector } = aConnector(async () => ({
    scan: async () => {
      scannedAt.push(clock.monotonic());
      if (scannedAt.length === 2) await clock.sleep(2300);
    },
  }));
  connector.start();
  await clock.advance(6500);
  await connector.stop();
  assert.deepEqual(scannedAt, [0, 1000, 4000, 5000, 6000]);
  assert.equal(connector.observe().scans, 5);
});

test('writes are turned into raw values, and their outcomes into words', async () => {
  const raw: unknown[] = [];
  const outcomes = [
    () => Promise.resolve({ outcome: 'written' as const, previous: 30 }),
    () => Promise.resolve({ outcome: 'unchanged' as const, previous: null }),
    () => Promise.reject(new EdgeError('bad-request', 'does not fit')),
    () => Promise.reject(new EdgeError('refused-by-equipment', 'does not want')),
  ];
  const session: Partial<Session> = {
    write: (_tag, value) => {
      raw.push(value);
      return (outcomes.shift() as (typeof outcomes)[0])();
    },
  };
  const { clock, connector } = aConnector(async () => session, { scale: 0.1, offset: 1 });
  connector.start();
  await clock.settle();
  assert.deepEqual(await connector.write('plc/a', 5), { outcome: 'written', previous: 4 });
  assert.deepEqual(await connector.write('a', 1), { outcome: 'unchanged', previous: null });
  assert.deepEqual(await connector.write('a', 1), { outcome: 'refused', previous: null, because: 'does not fit' });
  assert.deepEqual(await connector.write('a', 1), { outcome: 'failed', previous: null, because: 'does not want' });
  assert.deepEqual(raw, [40, 0, 0, 0]);
  await connector.stop();
});

test('writes under way are bounded', async () => {
  const { clock, connector } = aConnector(async () => ({ write: () => new Promise(() => undefined) }));
  connector.start();
  await clock.settle();
  for (let at = 0; at < 64; at++) void connector.write('a', at);
  assert.deepEqual(await connector.write('a', 65), {
    outcome: 'failed',
    previous: null,
    because: '64 writes are under way already',
  });
  await connector.stop();
});

test('what a driver says after the stop is not handed on', async () => {
  let say: () => void = () => undefined;
  const { clock, connector, samples } = aConnector(async (ports) => {
    say = () => ports.onReadings([{ tag: 0, value: 1, quality: 'good', time: 'arrival' }], 0);
    return {};
  });
  connector.start();
  await clock.settle();
  say();
  assert.equal(samples.length, 1);
  await connector.stop();
  say();
  assert.equal(samples.length, 1);
});

test('percentiles are those of the newest latencies', () => {
  const ring = createLatencyRing();
  assert.equal(ring.percentiles(), undefined);
  for (let ms = 1; ms <= 100; ms++) ring.add(ms);
  assert.deepEqual(ring.percentiles(), { p50: 50, p99: 99 });
  for (let at = 0; at < 512; at++) ring.add(7);
  assert.deepEqual(ring.percentiles(), { p50: 7, p99: 7 });
});
