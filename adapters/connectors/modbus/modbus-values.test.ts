import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyScaleFactor, decoderOf, encodeValue, registerTypes, type ValueLayout } from './modbus-values.ts';

const standard: ValueLayout = { type: 'uint16', count: 1, bit: 0, wordOrder: 'big', byteOrder: 'big', sunspec: false };

function layout(type: ValueLayout['type'], more: Partial<ValueLayout> = {}): ValueLayout {
  return { ...standard, type, count: registerTypes[type], ...more };
}

function decode(one: ValueLayout, hex: string) {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return decoderOf(one)(new DataView(bytes.buffer), 0);
}

test('every type, as the standard orders it', () => {
  assert.equal(decode(layout('int16'), 'fffe'), -2);
  assert.equal(decode(layout('uint16'), 'fffe'), 65534);
  assert.equal(decode(layout('int32'), 'ffff fffe'), -2);
  assert.equal(decode(layout('uint32'), '0001 0000'), 65536);
  assert.equal(decode(layout('int64'), 'ffff ffff ffff fffe'), -2);
  assert.equal(decode(layout('uint64'), '0000 0001 0000 0000'), 2 ** 32);
  assert.equal(decode(layout('float32'), '4248 0000'), 50);
  assert.equal(decode(layout('float64'), '4049 0000 0000 0000'), 50);
  assert.equal(decode(layout('bool', { bit: 3 }), '0008'), true);
  assert.equal(decode(layout('bool', { bit: 2 }), '0008'), false);
  assert.equal(decode(layout('string', { count: 3 }), '4f52 4c41 0000'), 'ORLA');
});

test('the four orders of 0x12345678', () => {
  const orders = [
    ['big', 'big', '1234 5678'],
    ['little', 'big', '5678 1234'],
    ['big', 'little', '3412 7856'],
    ['little', 'little', '7856 3412'],
  ] as const;
  for (const [wordOrder, byteOrder, hex] of orders) {
    assert.equal(decode(layout('uint32', { wordOrder, byteOrder }), hex), 0x12345678, `${wordOrder} ${byteOrder}`);
  }
});

test('what SunSpec reserves for "not implemented", only where SunSpec is meant', () => {
  const reserved = [
    ['int16', '8000'],
    ['uint16', 'ffff'],
    ['int32', '80000000'],
    ['uint32', 'ffffffff'],
    ['int64', '8000000000000000'],
    ['uint64', 'ffffffffffffffff'],
    ['float32', '7fc00000'],
    ['float64', '7ff8000000000000'],
  ] as const;
  for (const [type, hex] of reserved) {
    assert.deepEqual(decode(layout(type, { sunspec: true }), hex), { because: 'not implemented' }, type);
    assert.notDeepEqual(decode(layout(type), hex), { because: 'not implemented' }, type);
  }
  assert.deepEqual(decode(layout('float32'), '7f800000'), { because: 'not a number' });
});

test('what is encoded decodes to the same, in every order', () => {
  const values: Record<string, fc.Arbitrary<number | boolean | string>> = {
    bool: fc.boolean(),
    int16: fc.integer({ min: -0x8000, max: 0x7fff }),
    uint16: fc.integer({ min: 0, max: 0xffff }),
    int32: fc.integer(),
    uint32: fc.integer({ min: 0, max: 0xffffffff }),
    int64: fc.maxSafeInteger(),
    uint64: fc.maxSafeNat(),
    float32: fc.float({ noNaN: true, noDefaultInfinity: true }),
    float64: fc.double({ noNaN: true, noDefaultInfinity: true }),
    string: fc.stringMatching(/^[a-zA-Z0-9]{0,8}$/),
  };
  const order = fc.constantFrom('big' as const, 'little' as const);
  for (const [type, value] of Object.entries(values)) {
    fc.assert(
      fc.property(value, order, order, fc.integer({ min: 0, max: 15 }), (wanted, wordOrder, byteOrder, bit) => {
        const count = type === 'string' ? 4 : registerTypes[type as ValueLayout['type']];
        const one = layout(type as ValueLayout['type'], { wordOrder, byteOrder, bit, count });
        const encoded = encodeValue(one, wanted, new Uint8Array(count * 2).fill(0xa5));
        assert.ok(encoded instanceof Uint8Array);
        assert.equal(encoded.length, count * 2);
        const decoded = decoderOf(one)(new DataView(encoded.buffer), 0);
        assert.equal(decoded, wanted === 0 ? decoded : wanted);
        if (wanted === 0) assert.equal(Math.abs(decoded as number), 0);
      }),
    );
  }
});

test('a bit changes only itself', () => {
  const before = Uint8Array.of(0b1010_0101, 0b0000_1111);
  assert.deepEqual(encodeValue(layout('bool', { bit: 15 }), false, before), Uint8Array.of(0b0010_0101, 0b0000_1111));
  assert.deepEqual(encodeValue(layout('bool', { bit: 4 }), true, before), Uint8Array.of(0b1010_0101, 0b0001_1111));
});

test('what does not fit is said, not bent', () => {
  const before = new Uint8Array(8);
  const wrong: [ValueLayout, number | string | boolean, RegExp][] = [
    [layout('int16'), 40_000, /40000 does not fit a int16/],
    [layout('uint16'), -1, /does not fit/],
    [layout('uint32'), 2 ** 32, /does not fit/],
    [layout('uint64'), -1, /does not fit/],
    [layout('float32'), 1e39, /float32/],
    [layout('int16'), 'ten', /not a number/],
    [layout('bool'), 2, /neither true nor false/],
    [layout('string', { count: 1 }), 'abc', /3 bytes of text where 2 fit/],
  ];
  for (const [one, value, because] of wrong) {
    const encoded = encodeValue(one, value, before);
    assert.ok(!(encoded instanceof Uint8Array));
    assert.match(encoded.because, because);
  }
  assert.deepEqual(encodeValue(layout('uint16'), 2.5, before), Uint8Array.of(0, 3), 'whole-number types round');
});

test('scale factors are exact', () => {
  assert.equal(applyScaleFactor(3, -1), 0.3);
  assert.equal(applyScaleFactor(12_345, -2), 123.45);
  assert.equal(applyScaleFactor(7, 3), 7000);
});
