import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { checkConnector } from '../../../adapters/connectors/check-connector.ts';
import { createConnector } from '../../../adapters/connectors/create-connector.ts';
import { startMqttBroker } from '../../../adapters/connectors/mqtt/mqtt-broker.ts';
import { createFakeClock, type FakeClock } from '../../../adapters/system/fake-clock.ts';
import { seededRandom } from '../../../adapters/system/random.ts';
import { ConnectorSpec, ResolvedConnector } from '../../../contracts/kinds/connector.ts';
import { SiteSpec } from '../../../contracts/kinds/site.ts';
import type { Sample } from '../../../contracts/records.ts';
import { Envelope } from '../../../contracts/resource.ts';
import { resolveVariables } from '../../../core/compile/resolve-variables.ts';
import { readSeries } from '../readers/read-series.ts';
import type { Row } from '../readers/series.ts';
import { runPlant } from './run-plant.ts';
import { createWeatherPublisher } from './weather-publisher.ts';

const folder = new URL('..', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const resources = (name: string) => parseAllDocuments(read(name)).map((document) => Envelope.parse(document.toJS()));
const blocks = [{ fromMs: Date.UTC(2017, 6, 8), toMs: Date.UTC(2017, 6, 29) }];
const password = 'of the test';

test("sites and connectors pass their contracts, and every variable is a site's", () => {
  const sites = resources('sites.yaml').map((site) => ({ name: site.name, ...SiteSpec.parse(site.spec) }));
  assert.deepEqual(
    sites.map((site) => site.name),
    ['greensboro', 'piedmont', 'colorado'],
  );
  for (const { name, spec } of resources('connectors.yaml')) {
    assert.deepEqual(checkConnector(ConnectorSpec.parse(spec)), [], name);
  }
});

/** The connectors of a site, with their variables resolved as the compiler does. */
function connectorsOf(site: string, ports: Record<string, string | number>): ResolvedConnector[] {
  return resources('connectors.yaml').flatMap(({ name, spec }) => {
    const { target, ...rest } = ConnectorSpec.parse(spec);
    if (target.sites !== undefined && !target.sites.includes(site)) return [];
    const own = SiteSpec.parse(resources('sites.yaml').find((one) => one.name === site)?.spec).variables;
    const scope = { variables: {}, site: { ...own, ...ports }, node: {}, secrets: ['weather-password'] };
    const { value, problems } = resolveVariables(rest, scope);
    assert.deepEqual(problems, []);
    const opened = JSON.parse(JSON.stringify(value).replaceAll('${secret.weather-password}', password));
    return [ResolvedConnector.parse({ ...opened, name })];
  });
}

function startConnectors(specs: readonly ResolvedConnector[], clock: FakeClock) {
  const samples: Sample[] = [];
  const onSamples = (some: readonly Sample[]) => void samples.push(...some);
  const ports = { clock, random: seededRandom(1), onSamples, log: () => undefined };
  const connectors = new Map(specs.map((spec) => [spec.equipment, createConnector(spec, ports)]));
  for (const connector of connectors.values()) connector.start();
  const newest = (tag: string) => samples.findLast((sample) => sample.tag === tag);
  const until = async (what: string, holds: () => boolean) => {
    for (let steps = 0; !holds(); steps++) {
      const why = [...connectors.values()].map((connector) => connector.observe().because);
      assert.ok(steps < 5000, `never: ${what}; ${JSON.stringify(why)}`);
      await clock.advance(10);
    }
  };
  return { samples, connectors, newest, until };
}

const anyStart = {
  modbus: { host: '127.0.0.1', port: 0 },
  paceMs: 2000,
  startMs: undefined,
  anchorMs: undefined,
  once: false,
};

test('the plant over Modbus: every row once, its values with its time; the battery obeys', async () => {
  const clock = createFakeClock(Date.UTC(2026, 10, 22));
  const series = readSeries(read('data/tmy3-greensboro.csv'), 'tmy3');
  const options = { ...anyStart, startMs: Date.UTC(2017, 6, 10, 13) };
  const plant = await runPlant(series, blocks, options, { clock, log: () => undefined });
  const rig = startConnectors(connectorsOf('greensboro', { plantPort: plant.port }), clock);
  const rows = plant.timeline.rows;

  await rig.until('six rows', () => rig.samples.filter((sample) => sample.tag === 'weather/ghi').length >= 6);
  const ghi = rig.samples.filter((sample) => sample.tag === 'weather/ghi').slice(0, 6);
  assert.deepEqual(
    ghi.map(({ value, sourceTime, quality, timeFrom }) => ({ value, sourceTime, quality, timeFrom })),
    rows.slice(0, 6).map((row) => ({ value: row.ghi, sourceTime: row.timeMs, quality: 'good', timeFrom: 'source' })),
  );
  assert.ok((rows[5] as Row).ghi! > 200, 'it is day');
  assert.equal(rig.newest('weather/temperature')?.value, rows[5]?.temperatureC);
  assert.ok(Number(rig.newest('inverter/power')?.value) > 10);

  const battery = rig.connectors.get('battery')!;
  const before = Number(rig.newest('battery/state-of-charge')?.value);
  let outcome: Awaited<ReturnType<typeof battery.write>> | undefined;
  void battery.write('charge-setpoint', 62.5).then((written) => {
    outcome = written;
  });
  await rig.until('the set-point is written', () => outcome !== undefined);
  assert.deepEqual(outcome, { outcome: 'written', previous: 0 });
  await rig.until('the set-point is read', () => rig.newest('battery/charge-setpoint')?.value === 62.5);
  await rig.until('the battery charges', () => Number(rig.newest('battery/state-of-charge')?.value) > before);
  assert.equal((await battery.write('charge-setpoint', 101)).outcome, 'refused');

  await Promise.all([...rig.connectors.values()].map((connector) => connector.stop()));
  await plant.stop();
});

test('a plant that is started again with its anchor goes on where it should be', async () => {
  const clock = createFakeClock(Date.UTC(2026, 10, 22));
  const series = readSeries(read('data/psm3-colorado-2017.csv'), 'psm3');
  const first = await runPlant(series, blocks, anyStart, { clock, log: () => undefined });
  await first.stop();
  await clock.advance(9_500);
  const again = await runPlant(
    series,
    blocks,
    { ...anyStart, anchorMs: first.anchorMs },
    { clock, log: () => undefined },
  );
  const rig = startConnectors(connectorsOf('colorado', { plantPort: again.port }), clock);
  await rig.until('the first row', () => rig.newest('weather/ghi') !== undefined);
  // Two rows an hour: after 9.5 s of 2 s each, the tenth half hour has begun.
  assert.equal(rig.newest('weather/ghi')?.sourceTime, again.timeline.rows[9]?.timeMs);
  await Promise.all([...rig.connectors.values()].map((connector) => connector.stop()));
  await again.stop();
});

test('a request sees the row of its moment, also when the timer is late', async () => {
  const clock = createFakeClock(Date.UTC(2026, 10, 22));
  const series = readSeries(read('data/tmy3-greensboro.csv'), 'tmy3');
  const plant = await runPlant(series, blocks, anyStart, { clock, log: () => undefined });
  clock.setWall(clock.now() + 10_500);
  const rig = startConnectors(connectorsOf('greensboro', { plantPort: plant.port }), clock);
  await rig.until('the first row', () => rig.newest('weather/ghi') !== undefined);
  assert.equal(rig.newest('weather/ghi')?.sourceTime, plant.timeline.rows[5]?.timeMs);
  await Promise.all([...rig.connectors.values()].map((connector) => connector.stop()));
  await plant.stop();
});

test('the plant over MQTT: the station publishes, and Modbus has the rest', async () => {
  const clock = createFakeClock(Date.UTC(2026, 10, 22));
  const broker = await startMqttBroker({ host: '127.0.0.1', port: 0, username: 'orla', password });
  const series = readSeries(read('data/pvgis-piedmont.csv'), 'pvgis');
  const publisher = createWeatherPublisher(
    { url: `mqtt://127.0.0.1:${broker.port}`, user: 'orla', password, topic: 'plant/weather' },
    () => undefined,
  );
  const options = { ...anyStart, startMs: Date.UTC(2017, 6, 10, 8) };
  const plant = await runPlant(series, blocks, options, { clock, publisher, log: () => undefined });
  const rig = startConnectors(connectorsOf('piedmont', { plantPort: plant.port, brokerPort: broker.port }), clock);
  await rig.until('three rows', () => rig.samples.filter((sample) => sample.tag === 'weather/ghi').length >= 3);
  const rowAt = new Map(plant.timeline.rows.map((row) => [row.timeMs, row]));
  for (const sample of rig.samples.filter((one) => one.tag === 'weather/ghi')) {
    assert.deepEqual([sample.value, sample.quality], [rowAt.get(sample.sourceTime)?.ghi, 'good']);
  }
  assert.equal(rig.newest('weather/wind-speed')?.quality, 'good');
  await rig.until('the battery', () => rig.newest('battery/state-of-charge')?.quality === 'good');
  await Promise.all([...rig.connectors.values()].map((connector) => connector.stop()));
  await plant.stop();
  await broker.close();
});
