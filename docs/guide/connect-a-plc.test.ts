import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { checkConnector } from '../../adapters/connectors/check-connector.ts';
import { createConnector } from '../../adapters/connectors/create-connector.ts';
import { decoderOf } from '../../adapters/connectors/modbus/modbus-values.ts';
import { registry } from '../../adapters/connectors/registry.ts';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import { seededRandom } from '../../adapters/system/random.ts';
import { ConnectorSpec, ResolvedConnector } from '../../contracts/kinds/connector.ts';
import { Envelope } from '../../contracts/resource.ts';

const page = readFileSync(new URL('connect-a-plc.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => Envelope.parse(parse(match[1]!)));

for (const { name, spec } of examples) {
  test(`the example ${name} is right, and runs`, () => {
    const parsed = ConnectorSpec.parse(spec);
    assert.deepEqual(checkConnector(parsed), []);
    const { target: _, ...rest } = JSON.parse(JSON.stringify(parsed).replace('${secret.weather-password}', 'opened'));
    const ports = {
      clock: createFakeClock(0),
      random: seededRandom(1),
      onSamples: () => undefined,
      log: () => undefined,
    };
    assert.equal(createConnector(ResolvedConnector.parse({ ...rest, name }), ports).observe().phase, 'disconnected');
  });
}

test('every protocol has its example', () => {
  const shown = new Set(examples.map(({ spec }) => (spec as ConnectorSpec).protocol));
  assert.deepEqual(
    Object.keys(registry).filter((protocol) => !shown.has(protocol)),
    [],
  );
});

test('the defaults on the page are the defaults', () => {
  const spec = ConnectorSpec.parse(examples[0]?.spec);
  const config = registry['modbus']?.config.parse(spec.config) as Record<string, unknown>;
  assert.deepEqual([spec.scan, spec.staleAfter], ['1s', '30s']);
  assert.deepEqual([config['window'], config['maxGap'], config['timeout'], config['maxRegisters']], [4, 16, '1s', 125]);
});

test('the orders of 50.0 are as the table says', () => {
  const rows = [...page.matchAll(/^\| (big|little) \| (big|little) \| ([0-9a-f]{4}) \| ([0-9a-f]{4}) \|$/gm)];
  assert.equal(rows.length, 4);
  for (const [, wordOrder, byteOrder, first, second] of rows) {
    const layout = { type: 'float32', count: 2, bit: 0, wordOrder, byteOrder, sunspec: false } as const;
    const bytes = Uint8Array.from(Buffer.from(`${first}${second}`, 'hex'));
    const decode = decoderOf(layout as Parameters<typeof decoderOf>[0]);
    assert.equal(decode(new DataView(bytes.buffer), 0), 50, `${wordOrder} ${byteOrder}`);
  }
});

test('the refusals on the page are what the check says', () => {
  const changes: object[] = [
    { protocol: 'modbsu' },
    { config: { hots: '192.0.2.10', host: 'plc' } },
    { tags: [{ name: 'a', source: { address: 0, type: 'bool' } }] },
    { tags: [{ name: 'a', writable: true, source: { table: 'input', address: 0 } }] },
    { scan: '1m' },
  ];
  for (const change of changes) {
    const [problem] = checkConnector(ConnectorSpec.parse({ ...(examples[0]?.spec as object), ...change }));
    assert.ok(problem !== undefined && page.includes(problem.message), problem?.message);
  }
});
