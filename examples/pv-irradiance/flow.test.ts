import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parse } from 'yaml';
import { FlowSpec } from '../../contracts/kinds/flow.ts';
import type { RecordBody } from '../../contracts/records.ts';
import { resolveVariables } from '../../core/compile/resolve-variables.ts';
import { checkFlow } from '../../core/flow/check-flow.ts';
import { type CompiledFlow, compileFlow } from '../../core/flow/compile-flow.ts';
import type { Effect, InferEffect } from '../../core/flow/effect.ts';
import type { FlowFacts, TagFact } from '../../core/flow/flow-facts.ts';
import { hourlyMeans } from './readers/hourly-means.ts';
import { type FormatName, readSeries } from './readers/read-series.ts';
import type { Quantity, Series } from './readers/series.ts';

interface Site {
  name: string;
  file: string;
  format: FormatName;
}

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const card = parse(read('model/card.md').split(/^---$/m)[1]!);
const split = JSON.parse(read('data/split.json')) as { heldOut: { from: string; to: string }[]; sites: Site[] };
const [header, ...lines] = read('model/reference.csv')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(','));
const reference = lines.map((fields) => Object.fromEntries(fields.map((field, at) => [header![at]!, field])));
const features = card.input.features.map(({ name }: { name: string }) => name) as string[];
const session = await InferenceSession.create(fileURLToPath(new URL(`model/${card.file}`, import.meta.url)), {
  intraOpNumThreads: 1,
});

const number = (unit: string, writable = false): TagFact => ({ type: 'number', unit, writable });
const facts: FlowFacts = {
  tags: {
    'weather/ghi': number('W/m2'),
    'weather/dhi': number('W/m2'),
    'weather/temperature': number('Cel'),
    'weather/humidity': number('%'),
    'weather/pressure': number('hPa'),
    'battery/charge-setpoint': number('%', true),
  },
  models: {
    'pv-irradiance@champion': {
      name: 'pv-irradiance',
      version: 1,
      signature: {
        inputs: [{ name: card.input.name, type: card.input.type, shape: card.input.shape }],
        outputs: [{ name: card.output.name, type: card.output.type, shape: card.output.shape }],
      },
    },
  },
};
const flow = FlowSpec.parse(parse(read('flow.yaml')).spec);
const tagOf: Partial<Record<Quantity, string>> = {
  ghi: 'ghi',
  dhi: 'dhi',
  temperatureC: 'temperature',
  humidity: 'humidity',
  pressureHpa: 'pressure',
};

function flowAt(series: Series): CompiledFlow {
  // Where the hours of the file end: not on the hour where its values are of moments.
  const hourPhase = `${(hourlyMeans(series).rows[0]!.timeMs % 3_600_000) / 1000}s`;
  const { latitude, longitude } = series.site;
  const site = { latitude: latitude!, longitude: longitude! };
  const resolved = resolveVariables(flow, { variables: { hourPhase }, site, node: {}, secrets: [] });
  assert.deepEqual(resolved.problems, []);
  return compileFlow('pv-irradiance', FlowSpec.parse(resolved.value), facts);
}

async function answer(running: CompiledFlow, effect: InferEffect): Promise<readonly Effect[]> {
  const { data, shape } = effect.inputs.features!;
  const outputs = await session.run({ [card.input.name]: new Tensor('float32', data, shape) });
  return running.resume(effect.id, {
    outputs: { [card.output.name]: outputs[card.output.name]!.data as Float32Array },
  });
}

/** Runs the flow over the hours that the model was not trained on, as a plant replays them. */
async function replay(series: Series) {
  const running = flowAt(series);
  const inferred = new Map<number, Float32Array>();
  const records: RecordBody[] = [];
  const writes: unknown[] = [];
  async function carryOut(effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) {
      if (effect.kind === 'record') records.push(effect.body);
      if (effect.kind === 'write') {
        writes.push(effect.value);
        await carryOut(running.wrote(effect.id, { outcome: 'written', previous: null }));
      }
      if (effect.kind === 'infer') {
        inferred.set(effect.sourceTime, effect.inputs.features!.data);
        await carryOut(await answer(running, effect));
      }
    }
  }
  const held = series.rows.filter(({ timeMs }) =>
    split.heldOut.some(({ from, to }) => timeMs >= Date.parse(from) && timeMs < Date.parse(to)),
  );
  for (const row of held) {
    for (const [quantity, tag] of Object.entries(tagOf)) {
      const value = row[quantity as Quantity];
      await carryOut(
        running.push({
          tag: `weather/${tag}`,
          value,
          quality: value === null ? 'bad' : 'good',
          sourceTime: row.timeMs,
          timeFrom: 'source',
        }),
      );
    }
  }
  return { inferred, records, writes, counters: running.counters() };
}

test('the flow of this example has no problems', () => assert.deepEqual(checkFlow(flow, facts), []));

for (const site of split.sites) {
  test(`at ${site.name} the flow computes the features of the card, and the skill that the card promises`, async () => {
    const { inferred, records, writes, counters } = await replay(readSeries(read(`data/${site.file}`), site.format));
    let compared = 0;
    for (const row of reference.filter((candidate) => candidate.site === site.name)) {
      const computed = inferred.get(Date.parse(row.time!));
      assert.ok(computed, row.time);
      compared++;
      features.forEach((name, at) => {
        const expected = Number(row[name]);
        const tolerance = name.startsWith('sun_') ? 0.05 : 0.005 * Math.max(1, Math.abs(expected));
        assert.ok(
          Math.abs(computed[at]! - expected) <= tolerance,
          `${row.time} ${name}: ${computed[at]} instead of ${expected}`,
        );
      });
    }
    assert.equal(compared, 120);
    const last = records.filter((record) => record.kind === 'score').at(-1)!.error;
    const promised = card.metrics.heldOutBlocks[site.name];
    const near = (measured: number, written: number, by: number) =>
      assert.ok(Math.abs(measured - written) <= by, `${measured} where the card says ${written}`);
    near(last.count, promised.hours, 12);
    near(last.rmse, promised.rmse, 0.5);
    near(last.references.persistence!.rmse, promised.rmsePersistence, 0.5);
    near(last.references.smart!.rmse, promised.rmseSmartPersistence, 0.5);
    near(last.references.smart!.skill!, promised.skill, 0.01);
    // It decides, acts and warns, and takes back each of it.
    const count = (kind: RecordBody['kind']) => records.filter((record) => record.kind === kind).length;
    assert.ok(count('decision') >= 10, `${count('decision')} decisions`);
    assert.equal(count('alarm'), count('decision'));
    assert.ok(writes.length >= 10 && writes.every((value) => value === 100 || value === 30));
    assert.deepEqual([counters.late, counters.overflow], [0, 0]);
  });
}
