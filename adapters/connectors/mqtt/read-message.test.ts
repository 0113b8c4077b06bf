import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TagSpec } from '../../../contracts/kinds/connector.ts';
import { MqttConfig, MqttSource } from './mqtt-settings.ts';
import { createMessageReader, MESSAGE_BYTES_MAX } from './read-message.ts';

function aReader(config: object, ...sources: object[]) {
  const tags = sources.map((source, at) => ({
    ...TagSpec.parse({ name: `t${at}`, source }),
    source: MqttSource.parse(source),
  }));
  const read = createMessageReader(MqttConfig.parse({ url: 'mqtt://broker', ...config }), tags);
  return (payload: string | Uint8Array, topic = 'a') => read(topic, Buffer.from(payload));
}

test('several tags of one message, with its time', () => {
  const read = aReader(
    { time: { path: '$.meta.time' } },
    { topic: 'a', path: '$.ghi' },
    { topic: 'a', path: '$.inverters[1].on' },
    { topic: 'b', path: '$.ghi' },
    { topic: 'a', path: '$.ghi', time: { path: '$.unix', format: 'epoch-s' } },
  );
  const time = Date.UTC(2026, 0, 2, 3, 4, 5);
  assert.deepEqual(
    read(
      '{"meta":{"time":"2026-01-02T04:04:05+01:00"},"unix":12.5,"ghi":317.5,"inverters":[{"on":false},{"on":true}]}',
    ),
    [
      { tag: 0, value: 317.5, quality: 'good', time },
      { tag: 1, value: true, quality: 'good', time },
      { tag: 3, value: 317.5, quality: 'good', time: 12_500 },
    ],
  );
  assert.deepEqual(read('{}', 'c'), []);
});

test('without a path the message is the value', () => {
  assert.deepEqual(aReader({}, { topic: 'a' })('21.5'), [{ tag: 0, value: '21.5', quality: 'good', time: 'arrival' }]);
});

test('what is wrong with a message is said', () => {
  const read = aReader({ time: { path: '$.time', format: 'iso' } }, { topic: 'a', path: '$.ghi' });
  const wrong: [string | Uint8Array, RegExp][] = [
    ['', /empty/],
    ['{', /not JSON: \{/],
    [Uint8Array.of(0xff, 0xfe), /not text/],
    ['{"time":"2026-01-02T03:04:05Z"}', /nothing at \$\.ghi/],
    ['{"time":"2026-01-02T03:04:05Z","ghi":null}', /null at \$\.ghi/],
    ['{"time":"2026-01-02T03:04:05Z","ghi":[1]}', /not a single value/],
    ['{"time":"2026-01-02T03:04:05","ghi":1}', /no time at \$\.time that is iso/],
    ['{"ghi":1}', /no time at/],
    ['[]', /nothing at/],
    [new Uint8Array(MESSAGE_BYTES_MAX + 1), /a message of 262145 bytes/],
  ];
  for (const [payload, because] of wrong) {
    const [reading] = read(payload);
    assert.deepEqual([reading?.value, reading?.quality], [null, 'bad']);
    assert.match(reading?.because ?? '', because);
  }
});

test('no message makes it throw', () => {
  const read = aReader(
    { time: { path: '$.time', format: 'epoch-ms' } },
    { topic: 'a', path: '$.a.b[0]' },
    { topic: 'a' },
  );
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), (payload) => assert.equal(read(payload).length, 2)),
  );
});

test('names of the language itself are no fields', () => {
  const read = aReader({}, { topic: 'a', path: '$.constructor' }, { topic: 'a', path: '$.__proto__' });
  for (const reading of read('{"a":1}')) assert.match(reading.because ?? '', /nothing at/);
});
