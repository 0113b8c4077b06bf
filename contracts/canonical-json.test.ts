import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

test('the example of RFC 8785 section 3.2.2 and 3.2.3', () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 0.002, 1e-27],
    literals: [null, true, false],
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
  };
  assert.equal(
    canonicalJson(value),
    '{"\\r":"Carriage Return","literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"\u20ac":"Euro Sign"}',
  );
});

test('the order of keys does not matter, and the text reads back as the value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = canonicalJson(value);
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      assert.equal(canonicalJson(reversed), text);
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
});

test('what JSON cannot carry is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1])
    assert.throws(() => canonicalJson({ value }), TypeError);
});
