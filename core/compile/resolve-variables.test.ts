import assert from 'node:assert/strict';
import test from 'node:test';
import { resolveVariables, type VariableScope } from './resolve-variables.ts';

const scope: VariableScope = {
  variables: { port: 502, host: 'plc', 'max-charge': 80 },
  site: { latitude: 45.1, name: 'piedmont' },
  node: { name: 'piedmont-1' },
  secrets: ['broker'],
};

test('text that is one variable keeps its type; within text it becomes text', () => {
  const { value, problems } = resolveVariables(
    { a: `\${port}`, b: [`\${host}:\${port}`], c: `\${site.latitude}`, d: true },
    scope,
  );
  assert.deepEqual(value, { a: 502, b: ['plc:502'], c: 45.1, d: true });
  assert.deepEqual(problems, []);
});

test('an unknown variable says where and what was probably meant', () => {
  const { problems } = resolveVariables({ config: { port: `\${prot}` } }, scope, 'spec');
  assert.equal(problems[0]!.where, 'spec.config.port');
  assert.match(problems[0]!.hint!, /"port"/);
});

test('a secret stays closed, and one that is not sealed to this node is a problem', () => {
  const good = resolveVariables({ password: `\${secret.broker}` }, scope);
  assert.deepEqual([good.value, good.secrets, good.problems], [{ password: `\${secret.broker}` }, ['broker'], []]);
  assert.match(resolveVariables(`\${secret.other}`, scope).problems[0]!.message, /not sealed to this node/);
});

test('names of objects cannot be reached', () => {
  for (const name of ['__proto__', 'constructor', 'site.__proto__', 'site.constructor', 'toString']) {
    assert.equal(resolveVariables(`\${${name}}`, scope).problems.length, 1, name);
  }
});
