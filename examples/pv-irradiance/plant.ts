import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { systemClock } from '../../adapters/system/system-clock.ts';
import { EdgeError, errorTable } from '../../contracts/errors.ts';
import { type PlantOptions, parsePlantOptions, plantUsage } from './plant/plant-options.ts';
import type { Block } from './plant/replay-timeline.ts';
import { type PlantLog, runPlant } from './plant/run-plant.ts';
import { createWeatherPublisher } from './plant/weather-publisher.ts';
import { readSeries } from './readers/read-series.ts';

const Split = z.looseObject({ heldOut: z.array(z.looseObject({ from: z.iso.datetime(), to: z.iso.datetime() })) });

const log: PlantLog = (level, event, detail) =>
  void process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...detail })}\n`);

try {
  await main();
} catch (error) {
  if (!(error instanceof EdgeError)) throw error;
  const where = error.where === undefined ? '' : ` (${error.where})`;
  process.stderr.write(`plant: ${error.message}${where}. ${error.hint}\n`);
  process.exitCode = errorTable[error.code].exit;
}

async function main(): Promise<void> {
  const clock = systemClock();
  const splitFile = new URL('data/split.json', import.meta.url).pathname;
  const options = parsePlantOptions(process.argv.slice(2), splitFile);
  if (options === undefined) {
    process.stdout.write(plantUsage);
    return;
  }
  const series = readSeries(readText(options.data, '--data'), options.format);
  log('info', 'read', {
    file: options.data,
    site: series.site,
    rows: series.rows.length,
    stepMinutes: series.stepMs / 60_000,
    from: new Date(series.rows[0]?.timeMs ?? 0).toISOString(),
    to: new Date(series.rows.at(-1)?.timeMs ?? 0).toISOString(),
  });
  for (const dropped of series.dropped) log('info', 'dropped or mended', { ...dropped });
  const publisher =
    options.mqtt && createWeatherPublisher(withPassword(options.mqtt), (level, text) => log(level, 'mqtt', { text }));
  try {
    const signalled = new Promise<void>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    });
    const plant = await runPlant(series, blocksOf(options.split), options, { clock, publisher, log });
    log('info', 'serving', {
      modbus: `${options.modbus.host}:${plant.port}`,
      rows: plant.timeline.rows.length,
      leftOut: plant.timeline.leftOut,
      because:
        plant.timeline.leftOut > 0 ? 'the model was trained on these hours' : 'no hour of this file was trained on',
      anchor: new Date(plant.anchorMs).toISOString(),
    });
    await Promise.race([plant.ended, signalled]);
    await plant.stop();
    log('info', 'stopped', {});
  } catch (error) {
    await publisher?.close();
    throw error;
  }
}

function withPassword({ passwordFile, ...mqtt }: NonNullable<PlantOptions['mqtt']>) {
  return passwordFile === undefined
    ? mqtt
    : { ...mqtt, password: readText(passwordFile, '--mqtt-password-file').trim() };
}

function blocksOf(path: string): Block[] {
  try {
    const split = Split.parse(JSON.parse(readText(path, '--split')));
    return split.heldOut.map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }));
  } catch (error) {
    if (error instanceof EdgeError) throw error;
    throw new EdgeError('bad-request', `${path} does not say which hours are held out`, {
      where: '--split',
      cause: error,
    });
  }
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such file' : error instanceof Error ? error.message : 'it cannot be read';
    throw new EdgeError(missing ? 'not-found' : 'bad-request', `${path}: ${reason}`, {
      where: option,
      hint: 'Check the path.',
      cause: error,
    });
  }
}
