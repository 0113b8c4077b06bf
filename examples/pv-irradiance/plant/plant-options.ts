import { parseArgs } from 'node:util';
import { EdgeError } from '../../../contracts/errors.ts';
import { durationMs } from '../../../core/base/duration.ts';
import { suggest } from '../../../core/base/nearest.ts';
import { type FormatName, formats } from '../readers/read-series.ts';

/** What a plant is asked to be. */
export interface PlantOptions {
  readonly data: string;
  readonly format: FormatName;
  readonly split: string;
  readonly modbus: { readonly host: string; readonly port: number };
  readonly mqtt:
    | undefined
    | {
        readonly url: string;
        readonly user?: string | undefined;
        readonly passwordFile?: string | undefined;
        readonly topic: string;
      };
  /** Wall time of one hour of data. */
  readonly paceMs: number;
  readonly startMs: number | undefined;
  /** Wall time of the first row; when it begins to serve, when undefined. */
  readonly anchorMs: number | undefined;
  /** Stop after the last row instead of beginning again. */
  readonly once: boolean;
}

export const plantUsage = `A PV plant made of measured irradiance: Modbus TCP with SunSpec models, replayed faster than real time.

node examples/pv-irradiance/plant.ts --data FILE --format ${Object.keys(formats).join('|')} --modbus 127.0.0.1:PORT [options]

  --data FILE             measured irradiance and weather, as its publisher made it
  --format FORMAT         which publisher's format that is
  --modbus HOST:PORT      where to listen; port 0 takes any free one
  --mqtt URL              publish the weather there as JSON instead of serving it over Modbus
  --mqtt-user NAME        user of the broker
  --mqtt-password-file F  file with the user's password
  --topic TOPIC           topic of the weather (plant/weather)
  --pace DURATION         wall time of one hour of data (2s)
  --start TIME            data time to begin with, for example 2017-07-08T00:00:00Z; the first row that may be replayed
  --clock-anchor TIME     wall time of that first row (now): a plant that is started again with it goes on where it should be
  --split FILE            the hours that may be replayed (data/split.json of this example)
  --once                  exit after the last row; otherwise it begins again, four years later
`;

const options = {
  data: { type: 'string' },
  format: { type: 'string' },
  modbus: { type: 'string' },
  mqtt: { type: 'string' },
  'mqtt-user': { type: 'string' },
  'mqtt-password-file': { type: 'string' },
  topic: { type: 'string', default: 'plant/weather' },
  pace: { type: 'string', default: '2s' },
  start: { type: 'string' },
  'clock-anchor': { type: 'string' },
  split: { type: 'string' },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Options from a command line; undefined when help is asked for. Throws EdgeError `bad-request` that names the option. */
export function parsePlantOptions(argv: readonly string[], splitFile: string): PlantOptions | undefined {
  const values = parse(argv);
  if (values.help) return undefined;
  const format = required(values.format, '--format');
  if (!Object.hasOwn(formats, format)) {
    throw wrong('--format', `"${format}" is no format that is read`, suggest(format, Object.keys(formats)));
  }
  const { mqtt } = values;
  if (mqtt !== undefined && !/^mqtts?:\/\/[^/]+/.test(mqtt))
    throw wrong('--mqtt', `"${mqtt}" is no address like mqtt://127.0.0.1:1883`);
  const paceMs = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(values.pace) ? durationMs(values.pace) : 0;
  if (paceMs < PACE_MS_MIN)
    throw wrong('--pace', `"${values.pace}" is not a duration of at least ${PACE_MS_MIN}ms, such as 2s or 500ms`);
  return {
    data: required(values.data, '--data'),
    format: format as FormatName,
    split: values.split ?? splitFile,
    modbus: endpoint(required(values.modbus, '--modbus')),
    mqtt:
      mqtt === undefined
        ? undefined
        : { url: mqtt, user: values['mqtt-user'], passwordFile: values['mqtt-password-file'], topic: values.topic },
    paceMs,
    startMs: time(values.start, '--start'),
    anchorMs: time(values['clock-anchor'], '--clock-anchor'),
    once: values.once,
  };
}

/** Faster than this, the plant's clock would move between any two scans. */
const PACE_MS_MIN = 20;

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    const unknown = /'(--?[^' ]+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const near =
      unknown &&
      suggest(
        unknown,
        Object.keys(options).map((name) => `--${name}`),
      );
    throw wrong(
      unknown ?? 'command line',
      error instanceof Error ? (error.message.split('. ')[0] as string) : 'unreadable',
      near || undefined,
    );
  }
}

function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw wrong(option, `${option} is missing`);
  return value;
}

function endpoint(text: string): { host: string; port: number } {
  const match = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw wrong('--modbus', `"${text}" is not HOST:PORT, such as 127.0.0.1:1502`);
  return { host: match[1] as string, port };
}

function time(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw wrong(option, `"${text}" is not a time such as 2017-07-08T06:00:00Z`);
  return ms;
}

function wrong(where: string, message: string, hint = '--help lists the options.'): EdgeError {
  return new EdgeError('bad-request', message, { where, hint });
}
