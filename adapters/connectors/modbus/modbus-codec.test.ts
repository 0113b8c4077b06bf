import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatAnswer,
  formatException,
  formatRequest,
  type ModbusAnswer,
  type ModbusRequest,
  parseAnswer,
  parseRequest,
} from './modbus-codec.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** The examples of V1.1b3: clause, request, its bytes, answer, its bytes. */
const examples: [string, ModbusRequest, string, ModbusAnswer, string][] = [
  ['6.1', { fn: 1, address: 19, count: 19 }, '01 0013 0013', { kind: 'bits', bytes: bytes('cd6b05') }, '01 03 cd6b05'],
  ['6.2', { fn: 2, address: 196, count: 22 }, '02 00c4 0016', { kind: 'bits', bytes: bytes('acdb35') }, '02 03 acdb35'],
  [
    '6.3',
    { fn: 3, address: 107, count: 3 },
    '03 006b 0003',
    { kind: 'registers', bytes: bytes('022b00000064') },
    '03 06 022b00000064',
  ],
  ['6.4', { fn: 4, address: 8, count: 1 }, '04 0008 0001', { kind: 'registers', bytes: bytes('000a') }, '04 02 000a'],
  ['6.5', { fn: 5, address: 172, on: true }, '05 00ac ff00', { kind: 'written' }, '05 00ac ff00'],
  ['6.6', { fn: 6, address: 1, value: 3 }, '06 0001 0003', { kind: 'written' }, '06 0001 0003'],
  [
    '6.11',
    { fn: 15, address: 19, bits: [...'1011001110'].map((bit) => bit === '1') },
    '0f 0013 000a 02 cd01',
    { kind: 'written' },
    '0f 0013 000a',
  ],
  [
    '6.12',
    { fn: 16, address: 1, registers: bytes('000a0102') },
    '10 0001 0002 04 000a0102',
    { kind: 'written' },
    '10 0001 0002',
  ],
];

for (const [clause, request, requestHex, answer, answerHex] of examples) {
  test(`the example of clause ${clause}, both ways`, () => {
    assert.equal(hex(formatRequest(request)), requestHex.replaceAll(' ', ''));
    assert.deepEqual(parseRequest(bytes(requestHex)), request);
    assert.equal(hex(formatAnswer(request, answer)), answerHex.replaceAll(' ', ''));
    assert.deepEqual(parseAnswer(request, bytes(answerHex)), answer);
  });
}

test('an exception is the function with its highest bit, and a code (clause 7)', () => {
  const request: ModbusRequest = { fn: 1, address: 0x04a1, count: 1 };
  assert.equal(hex(formatException(1, 2)), '8102');
  assert.deepEqual(parseAnswer(request, bytes('8102')), { kind: 'exception', code: 2 });
});

test('requests beyond the limits get the exception that they deserve', () => {
  const deserves: [string, number][] = [
    ['', 1],
    ['2b 0e 01 00', 1],
    ['03 0000', 3],
    ['03 0000 0000', 3],
    ['03 0000 007e', 3],
    ['03 ffff 0002', 2],
    ['01 0000 07d1', 3],
    ['05 0000 1234', 3],
    ['06 0000 00', 3],
    ['0f 0000 0001 02 0000', 3],
    ['0f ffff 0002 01 03', 2],
    ['10 0000 0001 02 00', 3],
    ['10 0000 007c f8', 3],
    ['10 ffff 0002 04 00000000', 2],
  ];
  for (const [pdu, exception] of deserves) assert.deepEqual(parseRequest(bytes(pdu)), { exception }, pdu);
});

test('an answer that does not belong to its request is broken', () => {
  const read: ModbusRequest = { fn: 3, address: 0, count: 2 };
  const write: ModbusRequest = { fn: 6, address: 1, value: 3 };
  const wrong: [ModbusRequest, string][] = [
    [read, ''],
    [read, '03'],
    [read, '04 04 00000000'],
    [read, '03 02 0000'],
    [read, '03 04 000000'],
    [read, '03 04 0000000000'],
    [read, '83'],
    [read, '83 02 00'],
    [write, '06 0001 0004'],
    [write, '06 0001'],
  ];
  for (const [request, pdu] of wrong) assert.equal(parseAnswer(request, bytes(pdu)).kind, 'broken', pdu);
});
