import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVocabulary, namesIn } from './expression.ts';
import { functionNames } from './expression-functions.ts';

function vocabulary() {
  const words = createVocabulary();
  words.add('ghi', { '': { kind: 'number' } });
  words.add('lags', { '': { kind: 'vector' } });
  words.add('sun', { elevation: { kind: 'number' }, up: { kind: 'boolean' } });
  return words;
}

function resultOf(text: string): unknown {
  const result = vocabulary().compile(text);
  assert.ok(result.ok, text);
  const values: Record<string, number | boolean | number[]> = {
    ghi: 10,
    lags: [1, 2, 3],
    'sun.elevation': 4,
    'sun.up': true,
  };
  const refs = Object.keys(values);
  return result.compiled.bind((ref) => refs.indexOf(ref)).evaluate(5000, Object.values(values));
}

test('whole and decimal numbers mix', () => {
  assert.equal(resultOf('ghi * 2 - 1'), 19);
  assert.equal(resultOf('(1 + ghi) / 2'), 5.5);
  assert.equal(resultOf('2 - (1 - ghi) * 2'), 20);
  assert.equal(resultOf('ghi == 10 && ghi != 3 && ghi > 9'), true);
  assert.equal(resultOf('max(ghi, 0) + min(1, 2) + clamp(ghi, 0, 5.5)'), 16.5);
  assert.equal(resultOf('sun.up ? lags[1] : time'), 2);
  assert.equal(resultOf('time / 1000'), 5);
  assert.equal(resultOf('size(lags)'), 3);
});

test('every function computes', () => {
  const expected = {
    min: 1,
    max: 2,
    clamp: 2,
    abs: 2,
    sqrt: 3,
    exp: 1,
    ln: 0,
    pow: 8,
    floor: 2,
    ceil: 3,
    round: 3,
    sin: 0.5,
    cos: 0.5,
  };
  const calls = {
    min: '1, 2.0',
    max: '1, 2.0',
    clamp: '5, 0, 2',
    abs: '-2',
    sqrt: '9',
    exp: '0',
    ln: '1',
    pow: '2, 3',
    floor: '2.7',
    ceil: '2.2',
    round: '2.5',
    sin: '30',
    cos: '60',
  };
  assert.deepEqual(Object.keys(expected).sort(), [...functionNames].sort());
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs((resultOf(`${name}(${calls[name as keyof typeof calls]})`) as number) - value) < 1e-12, name);
  }
});

test('says what it reads', () => {
  const result = vocabulary().compile('sun.elevation > 0 ? ghi : lags.map(x, x * 2.0)[0]');
  assert.deepEqual(result.ok && [...result.compiled.refs].sort(), ['ghi', 'lags', 'sun.elevation']);
  assert.deepEqual(namesIn('a.b + c[0] * max(d, 2)'), ['a', 'c', 'd']);
  assert.deepEqual(namesIn('a +'), []);
});

test('gives only what a series can carry', () => {
  const result = vocabulary().compile('{"a": ghi}');
  assert.equal(!result.ok && result.problem.message, 'the expression gives map<string, double>');
});
