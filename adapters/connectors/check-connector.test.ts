import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorSpec } from '../../contracts/kinds/connector.ts';
import { createFakeClock } from '../system/fake-clock.ts';
import { seededRandom } from '../system/random.ts';
import { checkConnector } from './check-connector.ts';
import { createConnector } from './create-connector.ts';
import { registry } from './registry.ts';

function aSpec(more: object, tags: object[] = [{ name: 'level', source: { address: 0 } }]) {
  const base = { target: { all: true }, equipment: 'plc', protocol: 'modbus', config: { host: 'plc' } };
  return ConnectorSpec.parse({ ...base, ...more, tags });
}

const problemsOf = (more: object, tags?: object[]) =>
  checkConnector(aSpec(more, tags)).map(({ where, message, hint }) =>
    [where, message, hint].filter(Boolean).join(' | '),
  );

for (const [name, definition] of Object.entries(registry)) {
  test(`${name}: its example passes, and its name is its own`, () => {
    assert.equal(definition.name, name);
    assert.deepEqual(checkConnector(ConnectorSpec.parse(definition.example)), []);
    assert.ok(definition.summary.length > 20 && definition.about.length > 200);
  });
}

test('an unknown protocol or field gets the nearest known one', () => {
  assert.deepEqual(problemsOf({ protocol: 'modbsu' }), [
    'spec.protocol | there is no protocol "modbsu" | Did you mean "modbus"?',
  ]);
  assert.deepEqual(problemsOf({ protocol: 'constructor' }).length, 1);
  assert.deepEqual(problemsOf({ config: { host: 'plc', prot: 502 } }), [
    'spec.config.prot | unknown field "prot" | Did you mean "port"?',
  ]);
  assert.deepEqual(
    problemsOf({}, [{ name: 'a', source: { address: 0, scaleFactor: { adress: 1 } } }])[0],
    'spec.tags[0].source.scaleFactor.adress | unknown field "adress" | Did you mean "address"?',
  );
});

test('a wrong value is named; a variable is left for later', () => {
  assert.match(problemsOf({ config: { host: 'plc', port: 'x' } })[0] ?? '', /^spec\.config\.port \| /);
  assert.deepEqual(problemsOf({ config: { host: '${site.host}', port: '${site.port}' } }), []);
  assert.deepEqual(problemsOf({}, [{ name: 'a', source: { address: '${site.base}' } }]), []);
  const mqtt = { protocol: 'mqtt', config: { url: 'mqtt://${site.host}', hots: 1 } };
  assert.match(problemsOf(mqtt, [{ name: 'a', source: { topic: 'a/${site.name}' } }])[0] ?? '', /"hots"/);
});

test('what only both sides together show', () => {
  const wrong: [object, object[] | undefined, RegExp][] = [
    [{ scan: '10s', staleAfter: '5s' }, undefined, /staleAfter.*shorter than scan/],
    [{ scan: '1ms' }, undefined, /scan is shorter/],
    [
      {},
      [
        { name: 'a', source: { address: 0 } },
        { name: 'a', source: { address: 1 } },
      ],
      /already defined as tags\[0\]/,
    ],
    [{}, [{ name: 'a', limits: { min: 2, max: 1 }, source: { address: 0 } }], /min is greater than max/],
    [{}, [{ name: 'a', scale: 0, source: { address: 0 } }], /scale of 0/],
    [
      {},
      [{ name: 'a', type: 'boolean', scale: 2, source: { address: 0, type: 'bool', bit: 1 } }],
      /only a tag of type number has scale/,
    ],
    [{}, [{ name: 'a', source: { address: 65535, type: 'float32' } }], /beyond address 65535/],
    [{}, [{ name: 'a', source: { address: 0, type: 'bool' } }], /which bit/],
    [{}, [{ name: 'a', source: { address: 0, bit: 3 } }], /only a bool has a bit/],
    [{}, [{ name: 'a', source: { address: 0, type: 'string', length: 4 } }], /give a string/],
    [{}, [{ name: 'a', type: 'string', source: { address: 0, type: 'string' } }], /how many registers/],
    [{}, [{ name: 'a', source: { address: 0, length: 4 } }], /only a string has a length/],
    [{}, [{ name: 'a', source: { table: 'coil', address: 0, type: 'int16' } }], /a coil is a bool/],
    [{}, [{ name: 'a', writable: true, source: { table: 'input', address: 0 } }], /input can only be read/],
    [
      { protocol: 'mqtt', config: { url: 'mqtt://b' } },
      [{ name: 'a', writable: true, source: { topic: 'a' } }],
      /the topic that it is written to/,
    ],
    [
      { protocol: 'mqtt', config: { url: 'mqtt://b' } },
      [{ name: 'a', source: { topic: 'a/#' } }],
      /without the wildcards/,
    ],
    [
      { protocol: 'mqtt', config: { url: 'mqtt://u:p@b' } },
      [{ name: 'a', source: { topic: 'a' } }],
      /without user and password/,
    ],
    [
      { protocol: 'mqtt', config: { url: 'mqtt://b', password: 'x' } },
      [{ name: 'a', source: { topic: 'a' } }],
      /never sent/,
    ],
    [
      { protocol: 'replay', config: { file: 'a.csv' } },
      [{ name: 'a', writable: true, source: { field: 'a' } }],
      /cannot be written/,
    ],
    [
      { protocol: 'replay', config: { file: '/etc/passwd' } },
      [{ name: 'a', source: { field: 'a' } }],
      /ends in \.csv or \.jsonl/,
    ],
  ];
  for (const [more, tags, message] of wrong) {
    const problems = problemsOf(more, tags);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', message);
  }
});

test('the list of problems is bounded', () => {
  const tags = Array.from({ length: 500 }, (_, at) => ({ name: `t${at}`, source: { address: -1 } }));
  assert.equal(problemsOf({}, tags).length, 100);
});

test('a connector that cannot run is not made, and says why', () => {
  const { target: _, ...spec } = aSpec({ config: { host: '${site.host}' } });
  const ports = {
    clock: createFakeClock(0),
    random: seededRandom(1),
    onSamples: () => undefined,
    log: () => undefined,
  };
  assert.throws(() => createConnector({ ...spec, name: 'plc' }, ports), {
    code: 'invalid-resource',
    message: /variable/,
  });
  const wrong = { ...spec, name: 'plc', config: { host: 'plc', port: 0 } };
  assert.throws(() => createConnector(wrong, ports), { code: 'invalid-resource', where: 'spec.config.port' });
});
