import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { freePort } from '../../../adapters/system/free-port.ts';
import { EdgeError } from '../../../contracts/errors.ts';

/** One plant of the demo: the site that it stands at, and the data that it is made of. */
export interface DemoPlant {
  readonly site: string;
  readonly node: string;
  readonly data: string;
  readonly format: string;
  /** Data time with which a fresh demo begins: the morning of changeable summer days, so that there is something to decide. */
  readonly start: string;
  /** Its weather station publishes on MQTT instead of answering over Modbus. */
  readonly mqtt: boolean;
}

export const demoPlants: readonly DemoPlant[] = [
  {
    site: 'greensboro',
    node: 'greensboro-1',
    data: 'tmy3-greensboro.csv',
    format: 'tmy3',
    start: '2017-07-16T11:00:00Z',
    mqtt: false,
  },
  {
    site: 'piedmont',
    node: 'piedmont-1',
    data: 'pvgis-piedmont.csv',
    format: 'pvgis',
    start: '2017-07-16T05:00:00Z',
    mqtt: true,
  },
  {
    site: 'colorado',
    node: 'colorado-1',
    data: 'psm3-colorado-2017.csv',
    format: 'psm3',
    start: '2017-07-10T13:00:00Z',
    mqtt: false,
  },
];

/** What stays the same when a demo is started again: addresses, and where in the data it is. */
const DemoSettings = z.object({
  controlPlanePort: z.number(),
  brokerPort: z.number(),
  plantPorts: z.record(z.string(), z.number()),
  paceMs: z.number(),
  /** Wall time at which every plant began. */
  anchorMs: z.number(),
});
export type DemoSettings = z.infer<typeof DemoSettings>;

const PACE_MS = 2000;

/**
 * The settings of the demo in `path`: as before where that is still possible. EdgeError `bad-request` for another pace than
 * before: the plants' clocks would go back.
 */
export async function demoSettings(
  path: string,
  wanted: { port: number; host: string; paceMs: number | undefined; now: number },
): Promise<DemoSettings> {
  const before = readSettings(path);
  if (before !== undefined && wanted.paceMs !== undefined && wanted.paceMs !== before.paceMs) {
    throw new EdgeError('bad-request', `This demo runs with --pace ${before.paceMs}ms.`, {
      where: '--pace',
      hint: 'Begin anew with --fresh to change the pace.',
    });
  }
  const plantPorts: Record<string, number> = {};
  for (const { site } of demoPlants) plantPorts[site] = await freePort(before?.plantPorts[site]);
  const settings = {
    controlPlanePort: wanted.port === 0 ? await freePort(before?.controlPlanePort, wanted.host) : wanted.port,
    brokerPort: await freePort(before?.brokerPort),
    plantPorts,
    paceMs: before?.paceMs ?? wanted.paceMs ?? PACE_MS,
    anchorMs: before?.anchorMs ?? wanted.now,
  };
  writeFileSync(path, `${JSON.stringify(settings, null, 2)}\n`);
  return settings;
}

function readSettings(path: string): DemoSettings | undefined {
  try {
    return DemoSettings.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
