import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parse } from 'yaml';
import { hourlyMeans } from '../readers/hourly-means.ts';
import type { FormatName } from '../readers/read-series.ts';
import { readSeries } from '../readers/read-series.ts';
import type { Row } from '../readers/series.ts';
import { featuresOfHour, type HourFeatures, type Place } from './features-of-hour.ts';

interface Score {
  hours: number;
  rmse: number;
  rmsePersistence: number;
  rmseSmartPersistence: number;
}
interface Card {
  file: string;
  input: { name: string; features: { name: string }[] };
  output: { name: string };
  metrics: { leaveOneSiteOut: Record<string, { skill: number }>; heldOutBlocks: Record<string, Score> };
}
interface Split {
  gapHours: number;
  heldOut: { from: string; to: string }[];
  sites: { name: string; file: string; format: FormatName }[];
}

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const card = parse(read('card.md').split(/^---$/m)[1]!) as Card;
const split = JSON.parse(read('../data/split.json')) as Split;
const reference = read('reference.csv').trimEnd().split('\n');
const names = reference[0]!.split(',');
const referenceRows = reference.slice(1).map((line) => {
  const fields = line.split(',');
  return (name: string) => fields[names.indexOf(name)]!;
});
const inputs = card.input.features.map(({ name }) => name);
const model = fileURLToPath(new URL(card.file, import.meta.url));
const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });

async function infer(rows: readonly (readonly number[])[]): Promise<readonly number[]> {
  const tensor = new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, inputs.length]);
  const answer = (await session.run({ [card.input.name]: tensor }))[card.output.name]!;
  assert.deepEqual(answer.dims, [rows.length, 1]);
  return [...(answer.data as Float32Array)];
}

/** Every hour of a site for which the model can answer, by the end of the hour. */
function hoursOf(site: Split['sites'][number]): Map<number, HourFeatures & { row: Row; next: Row }> {
  const series = hourlyMeans(readSeries(read(`../data/${site.file}`), site.format));
  const found = new Map<number, HourFeatures & { row: Row; next: Row }>();
  for (let at = 3; at + 1 < series.rows.length; at++) {
    const features = featuresOfHour(series.rows.slice(at - 3, at + 1), series.site as Place);
    if (features !== null)
      found.set(series.rows[at]!.timeMs, { ...features, row: series.rows[at]!, next: series.rows[at + 1]! });
  }
  return found;
}

const sites = new Map(split.sites.map((site) => [site.name, hoursOf(site)]));

test('the ONNX file answers as scikit-learn did, to 1e-6', async () => {
  assert.equal(referenceRows.length, 360);
  const answers = await infer(referenceRows.map((row) => inputs.map((name) => Number(row(name)))));
  for (const [at, row] of referenceRows.entries())
    assert.ok(Math.abs(answers[at]! - Number(row('clear_sky_index'))) < 1e-6, `row ${at + 2}`);
});

test('the inputs follow from the files by the formulas of the card; the sun agrees with pvlib to 0.05°', () => {
  for (const [at, row] of referenceRows.entries()) {
    const hour = sites.get(row('site'))?.get(Date.parse(row('time')));
    assert.ok(hour, `row ${at + 2}`);
    for (const [column, name] of inputs.entries()) {
      const expected = Number(row(name));
      const tolerance = name.startsWith('sun_') ? 0.05 : 0.005 * Math.max(1, Math.abs(expected));
      assert.ok(
        Math.abs(hour.features[column]! - expected) <= tolerance,
        `row ${at + 2}: ${name} ${hour.features[column]} ${expected}`,
      );
    }
    assert.ok(Math.abs(hour.clearNext - Number(row('next_clear'))) < 1, `row ${at + 2}: clear sky`);
    assert.equal(hour.next.ghi, Number(row('truth')));
  }
});

test('no reference row lies outside the held-out blocks', () => {
  for (const row of referenceRows) {
    const timeMs = Date.parse(row('time'));
    assert.ok(split.heldOut.some(({ from, to }) => timeMs >= Date.parse(from) && timeMs < Date.parse(to)));
  }
});

test('over the held-out blocks, errors are those of the card, and beat smart persistence at each site', async () => {
  for (const [name, hours] of sites) {
    const judged = [...hours].filter(
      ([timeMs, hour]) =>
        hour.clearNow > 0 &&
        hour.clearNext > 0 &&
        split.heldOut.some(
          ({ from, to }) => timeMs - 3 * 3_600_000 >= Date.parse(from) && timeMs + 3_600_000 < Date.parse(to),
        ),
    );
    const indices = await infer(judged.map(([, hour]) => hour.features));
    const rmse = (predict: (hour: HourFeatures & { row: Row }, at: number) => number) =>
      Math.sqrt(
        judged.reduce((sum, [, hour], at) => sum + (predict(hour, at) - hour.next.ghi!) ** 2, 0) / judged.length,
      );
    const score = card.metrics.heldOutBlocks[name]!;
    const near = (measured: number, written: number) =>
      assert.ok(Math.abs(measured - written) < 0.3, `${name}: ${measured.toFixed(2)} where the card says ${written}`);
    near(judged.length / 10, score.hours / 10);
    near(
      rmse((hour, at) => indices[at]! * hour.clearNext),
      score.rmse,
    );
    near(
      rmse((hour) => hour.row.ghi!),
      score.rmsePersistence,
    );
    near(
      rmse((hour) => Math.min(hour.row.ghi! / hour.clearNow, 1.2) * hour.clearNext),
      score.rmseSmartPersistence,
    );
    assert.ok(score.rmse < score.rmseSmartPersistence);
    assert.ok(card.metrics.leaveOneSiteOut[name]!.skill > 0);
  }
});

test('is small enough for a node', () => assert.ok(statSync(model).size <= 2_000_000));
