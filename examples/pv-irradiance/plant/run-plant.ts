import { startModbusServer } from '../../../adapters/connectors/modbus/modbus-server.ts';
import type { Clock, Timer } from '../../../adapters/system/clock.ts';
import type { Series } from '../readers/series.ts';
import { createPlantEquipment } from './plant-equipment.ts';
import type { PlantOptions } from './plant-options.ts';
import { type Block, createTimeline, type Timeline } from './replay-timeline.ts';
import type { WeatherPublisher } from './weather-publisher.ts';

export type PlantLog = (level: 'info' | 'warn', event: string, detail: Record<string, unknown>) => void;

export interface RunningPlant {
  readonly port: number;
  readonly timeline: Timeline;
  /** Wall time of the first row: with it as `--clock-anchor` a plant goes on where this one was. */
  readonly anchorMs: number;
  /** Resolves when the last row was served, with `once`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A plant that comes back after a long pause does not live through more rows than this. */
const CATCH_UP_ROWS_MAX = 10_000;

/**
 * Serves a series as a plant. Rejects with EdgeError `port-in-use` or `bad-request`; then nothing is open.
 * `publisher` gets the weather when it is given, and the Modbus map has no weather station then.
 */
export async function runPlant(
  series: Series,
  blocks: readonly Block[],
  options: Pick<PlantOptions, 'modbus' | 'paceMs' | 'startMs' | 'anchorMs' | 'once'>,
  { clock, publisher, log }: { clock: Clock; publisher?: WeatherPublisher | undefined; log: PlantLog },
): Promise<RunningPlant> {
  const anchorMs = options.anchorMs ?? clock.now();
  const timeline = createTimeline(series, { ...options, anchorMs, blocks });
  const equipment = createPlantEquipment(publisher === undefined);
  const stepHours = series.stepMs / 3_600_000;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let timer: Timer | undefined;
  let position = -1;

  const advance = () => {
    const now = timeline.positionAt(clock.now());
    const last = options.once ? Math.min(now, timeline.rows.length - 1) : now;
    if (position < 0 || last - position > CATCH_UP_ROWS_MAX) position = last - 1;
    while (position < last) {
      position++;
      const { row, timeMs } = timeline.at(position);
      const battery = equipment.step(row, timeMs, stepHours);
      publisher?.publish(row, timeMs);
      const detail = { dataTime: new Date(timeMs).toISOString(), ghi: row.ghi, batteryW: Math.round(battery.powerW) };
      if (position % timeline.rows.length === 0) log('info', 'first row', detail);
      else if (row.ghi === null) log('warn', 'a row without irradiance', detail);
    }
    if (options.once && now >= timeline.rows.length) return end();
    timer?.cancel();
    timer = clock.setTimer(Math.max(1, timeline.beginsAt(position + 1) - clock.now()), advance);
  };

  advance();
  const server = await startModbusServer(options.modbus, (request) => {
    // The clock decides, not the timer: a request after the hour sees the new hour.
    advance();
    return equipment.answer(request);
  }).catch((error: unknown) => {
    timer?.cancel();
    throw error;
  });
  return {
    port: server.port,
    timeline,
    anchorMs,
    ended,
    async stop() {
      timer?.cancel();
      await server.close();
      timer?.cancel();
      await publisher?.close();
    },
  };
}
