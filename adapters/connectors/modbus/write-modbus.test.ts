import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../../contracts/errors.ts';
import { TagSpec } from '../../../contracts/kinds/connector.ts';
import type { Scalar } from '../../../contracts/names.ts';
import { createFakeClock } from '../../system/fake-clock.ts';
import type { ModbusClient } from './modbus-client.ts';
import type { ModbusAnswer, ModbusRequest } from './modbus-codec.ts';
import { aRegisterBank, type RegisterBank } from './modbus-rig.ts';
import { ModbusConfig, ModbusSource } from './modbus-settings.ts';
import { createModbusWrite } from './write-modbus.ts';

/** Writes to a bank without a network; `answer` may stand in for the bank's. */
function aWrite(
  source: object,
  answer: (bank: RegisterBank, request: ModbusRequest) => ModbusAnswer = (bank, request) => bank.answer(request),
) {
  const bank = aRegisterBank();
  const clock = createFakeClock(0);
  const client: ModbusClient = {
    send: () => assert.fail('writes ask'),
    ask(request) {
      const said = answer(bank, request);
      if (said.kind !== 'exception') return Promise.resolve(said);
      return Promise.reject(new EdgeError('refused-by-equipment', 'an exception', { cause: { code: said.code } }));
    },
    lost: new Promise(() => undefined),
    close: () => Promise.resolve(),
  };
  const tag = { ...TagSpec.parse({ name: 'setpoint', writable: true, source }), source: ModbusSource.parse(source) };
  const write = createModbusWrite(ModbusConfig.parse({ host: 'plc' }), [tag], client, clock);
  const settled = async (value: Scalar) => {
    const outcome = write(0, value).catch((error: unknown) => error as EdgeError);
    await clock.advance(1000);
    return outcome;
  };
  const functions = () => bank.requests.map((request) => request.fn);
  return { bank, settled, functions };
}

test('what is there already is not written again', async () => {
  const { bank, settled, functions } = aWrite({ address: 5, type: 'int16' });
  bank.registers[5] = 40;
  assert.deepEqual(await settled(40), { outcome: 'unchanged', previous: 40 });
  assert.deepEqual(functions(), [3]);
});

test('one register by function 6, several by 16, each read back', async () => {
  const one = aWrite({ address: 5, type: 'int16' });
  assert.deepEqual(await one.settled(-7), { outcome: 'written', previous: 0 });
  assert.deepEqual(one.functions(), [3, 6, 3]);
  const two = aWrite({ address: 5, type: 'float32', wordOrder: 'little' });
  assert.deepEqual(await two.settled(50), { outcome: 'written', previous: 0 });
  assert.deepEqual(two.functions(), [3, 16, 3]);
  assert.deepEqual([...two.bank.registers.subarray(5, 7)], [0, 0x4248]);
});

test('equipment without function 6 is written by 16', async () => {
  const { bank, settled } = aWrite({ address: 5 }, (own, request) =>
    request.fn === 6 ? { kind: 'exception', code: 1 } : own.answer(request),
  );
  assert.deepEqual(await settled(9), { outcome: 'written', previous: 0 });
  assert.equal(bank.registers[5], 9);
});

test('a refusal is an error, and is not tried otherwise', async () => {
  const { settled, functions } = aWrite({ address: 5 }, (own, request) =>
    request.fn === 6 ? { kind: 'exception', code: 3 } : own.answer(request),
  );
  const error = await settled(9);
  assert.ok(error instanceof EdgeError && error.code === 'refused-by-equipment');
  assert.deepEqual(functions(), [3]);
});

test('equipment that confirms and does not do it is found out', async () => {
  const { settled } = aWrite({ address: 5 }, (own, request) =>
    request.fn === 6 ? { kind: 'written' } : own.answer(request),
  );
  const error = await settled(9);
  assert.ok(error instanceof EdgeError && error.code === 'refused-by-equipment');
  assert.match(error.message, /confirmed 9 but reads back something else/);
});

test('equipment that takes a moment is given it', async () => {
  let reads = 0;
  const { bank, settled } = aWrite({ address: 5 }, (own, request) => {
    if (request.fn === 6) return { kind: 'written' };
    reads++;
    if (reads === 4) own.registers[5] = 9;
    return own.answer(request);
  });
  assert.deepEqual(await settled(9), { outcome: 'written', previous: 0 });
  assert.equal(bank.registers[5], 9);
});

test('scale factors turn the value round', async () => {
  const { bank, settled } = aWrite({ address: 5, type: 'int16', scaleFactor: { address: 9 } });
  bank.registers[5] = 1000;
  bank.registers[9] = 0x10000 - 2;
  assert.deepEqual(await settled(62.5), { outcome: 'written', previous: 10 });
  assert.equal(bank.registers[5], 6250);
  bank.registers[9] = 0x8000;
  assert.match(String(await settled(62.5)), /scale factor is not implemented/);
});

test('a bit of a register leaves the others', async () => {
  const { bank, settled } = aWrite({ address: 5, type: 'bool', bit: 3 });
  bank.registers[5] = 0b1010_0001;
  assert.deepEqual(await settled(true), { outcome: 'written', previous: false });
  assert.equal(bank.registers[5], 0b1010_1001);
});

test('a coil is written by function 5', async () => {
  let on = false;
  const { settled } = aWrite({ table: 'coil', address: 5 }, (_bank, request) => {
    if (request.fn === 1) return { kind: 'bits', bytes: Uint8Array.of(on ? 1 : 0) };
    assert.equal(request.fn, 5);
    on = request.fn === 5 && request.on;
    return { kind: 'written' };
  });
  assert.deepEqual(await settled(true), { outcome: 'written', previous: false });
  assert.deepEqual(await settled(true), { outcome: 'unchanged', previous: true });
  assert.equal(((await settled('on')) as EdgeError).code, 'bad-request');
});

test('a value that does not fit is refused before anything is written', async () => {
  const { settled, functions } = aWrite({ address: 5, type: 'int16' });
  assert.equal(((await settled(40_000)) as EdgeError).code, 'bad-request');
  assert.deepEqual(functions(), [3]);
});
