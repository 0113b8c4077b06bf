import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../../contracts/errors.ts';
import { TagSpec } from '../../../contracts/kinds/connector.ts';
import type { Reading } from '../port.ts';
import type { ModbusClient } from './modbus-client.ts';
import type { ModbusRequest } from './modbus-codec.ts';
import { aRegisterBank, type RegisterBank } from './modbus-rig.ts';
import { ModbusConfig, ModbusSource } from './modbus-settings.ts';
import { createModbusScan } from './scan-modbus.ts';

const clock = { address: 100, type: 'uint32', epoch: '2000-01-01T00:00:00Z', unit: 's' };
const epochMs = Date.UTC(2000, 0, 1);

/** A scan of sources against a bank, without a network; `beforeAnswer` lets equipment change between two requests. */
function aScan(
  config: object,
  sources: object[],
  beforeAnswer: (bank: RegisterBank, request: ModbusRequest) => void = () => undefined,
  failure: (request: ModbusRequest) => EdgeError | undefined = () => undefined,
) {
  const bank = aRegisterBank();
  const batches: Reading[][] = [];
  const client: ModbusClient = {
    send(request, done) {
      beforeAnswer(bank, request);
      done(failure(request) ?? bank.answer(request), 0);
    },
    ask(request) {
      beforeAnswer(bank, request);
      const answer = bank.answer(request);
      const refusal = new EdgeError('refused-by-equipment', 'no');
      return answer.kind === 'exception' ? Promise.reject(refusal) : Promise.resolve(answer);
    },
    lost: new Promise(() => undefined),
    close: () => Promise.resolve(),
  };
  const tags = sources.map((source, index) => ({
    ...TagSpec.parse({ name: `t${index}`, source }),
    source: ModbusSource.parse(source),
  }));
  const parsed = ModbusConfig.parse({ host: 'plc', ...config });
  const scan = createModbusScan(parsed, tags, client, (readings) => void batches.push([...readings]));
  return { bank, batches, scan, latest: (tag: number) => batches.flat().findLast((reading) => reading.tag === tag) };
}

test('values get the clock that was read in the same request', async () => {
  const { bank, batches, scan } = aScan({ clock }, [{ address: 103 }, { address: 110, type: 'int32' }]);
  bank.registers.set([0, 3600], 100);
  bank.registers[103] = 7;
  bank.registers.set([0xffff, 0xfffe], 110);
  await scan();
  assert.equal(bank.requests.length, 1);
  const time = epochMs + 3_600_000;
  assert.deepEqual(batches, [
    [
      { tag: 0, value: 7, quality: 'good', time },
      { tag: 1, value: -2, quality: 'good', time },
    ],
  ]);
});

test('equipment that moves between two requests: each request has its own time', async () => {
  let second = 0;
  const { batches, scan } = aScan(
    { clock, maxRegisters: 8, maxGap: 8 },
    [{ address: 96 }, { address: 106 }],
    (bank) => {
      second++;
      bank.registers[101] = second;
      bank.registers[96] = second;
      bank.registers[106] = second;
    },
  );
  await scan();
  const times = batches.map(([reading]) => [reading?.value, (Number(reading?.time) - epochMs) / 1000]);
  assert.deepEqual(times, [
    [1, 1],
    [2, 2],
  ]);
});

test('a clock that does not fit is read before and after', async () => {
  const { bank, latest, scan } = aScan({ clock }, [{ address: 5000 }]);
  bank.registers[101] = 60;
  bank.registers[5000] = 1;
  await scan();
  assert.deepEqual(
    bank.requests.map((request) => request.address),
    [100, 5000, 100],
  );
  assert.deepEqual(latest(0), { tag: 0, value: 1, quality: 'good', time: epochMs + 60_000 });
});

test('a clock that moved meanwhile: read again, and good when it stood still then', async () => {
  let requests = 0;
  const { latest, scan } = aScan({ clock }, [{ address: 5000 }], (bank) => {
    requests++;
    bank.registers[101] = requests < 3 ? 60 : 120;
    bank.registers[5000] = requests < 3 ? 1 : 2;
  });
  await scan();
  assert.deepEqual(latest(0), { tag: 0, value: 2, quality: 'good', time: epochMs + 120_000 });
});

test('a clock that always moves makes the value uncertain', async () => {
  let requests = 0;
  const { latest, scan } = aScan({ clock }, [{ address: 5000 }], (bank) => {
    requests++;
    bank.registers[101] = requests;
  });
  await scan();
  assert.equal(latest(0)?.quality, 'uncertain');
  assert.match(latest(0)?.because ?? '', /clock moved/);
});

test('a clock that says nothing leaves no good value', async () => {
  const { bank, latest, scan } = aScan({ clock }, [{ address: 103 }]);
  bank.registers.set([0xffff, 0xffff], 100);
  await scan();
  assert.deepEqual([latest(0)?.quality, latest(0)?.value, latest(0)?.time], ['bad', null, 'unknown']);
});

test('scale factors: in the same request, elsewhere, not implemented', async () => {
  const { bank, latest, scan } = aScan({ maxGap: 0 }, [
    { address: 10, type: 'int16', scaleFactor: { address: 11 } },
    { address: 20, scaleFactor: { address: 9000 } },
    { address: 30, scaleFactor: { address: 31 } },
    { address: 40, scaleFactor: { address: 41 } },
  ]);
  bank.registers.set([0xffff & -253, 0xffff], 10);
  bank.registers[20] = 5;
  bank.registers[9000] = 2;
  bank.registers.set([5, 0x8000], 30);
  bank.registers.set([0xffff, 0], 40);
  await scan();
  assert.equal(latest(0)?.value, -25.3);
  assert.equal(latest(1)?.value, 500);
  assert.deepEqual([latest(2)?.value, latest(2)?.because], [null, 'its scale factor is not implemented']);
  assert.deepEqual([latest(3)?.value, latest(3)?.because], [null, 'not implemented']);
});

test('an address that is not there costs only its own tag, and is found once', async () => {
  const sources = Array.from({ length: 16 }, (_, at) => ({ address: 10 + at }));
  const { bank, latest, scan } = aScan({ clock: { ...clock, address: 0 } }, sources);
  bank.registers[1] = 60;
  bank.missing.add(17);
  for (let at = 0; at < 16; at++) bank.registers[10 + at] = at;
  await scan();
  for (let at = 0; at < 16; at++) {
    if (at === 7) assert.match(latest(at)?.because ?? '', /illegal data address \(Modbus exception 2\)/);
    else assert.deepEqual(latest(at), { tag: at, value: at, quality: 'good', time: epochMs + 60_000 });
  }
  const first = bank.requests.length;
  await scan();
  assert.ok(bank.requests.length - first < first, `${bank.requests.length - first} requests after ${first}`);
});

test('a request without an answer is bad alone; a connection without answers ends the scan', async () => {
  const failing = { with: new EdgeError('timeout', 'no answer within 1000 ms') };
  const { latest, scan } = aScan(
    {},
    [{ address: 10 }, { address: 5000 }],
    () => undefined,
    (request) => (request.address === 10 ? failing.with : undefined),
  );
  await scan();
  assert.deepEqual([latest(0)?.quality, latest(0)?.because], ['bad', 'no answer within 1000 ms']);
  assert.equal(latest(1)?.quality, 'good');
  failing.with = new EdgeError('unreachable', 'plc:502 is silent');
  await assert.rejects(scan(), /is silent/);
});
