import { parseArgs } from 'node:util';
import { EdgeError } from '../../../contracts/errors.ts';
import { durationMs } from '../../../core/base/duration.ts';

/** What the demo is asked to do. */
export interface DemoOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Wall time of one hour of data; as before when left out. */
  readonly paceMs: number | undefined;
  /** Where it keeps everything, below `.orla`. */
  readonly folder: string;
  readonly fresh: boolean;
  readonly once: boolean;
  readonly json: boolean;
  readonly seconds: number;
  readonly cutLine: boolean;
}

export const demoUsage = `Three solar plants on this machine: real irradiance data, real protocols, one model, live decisions.

npm run demo [-- options]      or: ./orla demo [options]

  --listen HOST:PORT   where console and API are served (127.0.0.1:8080; with --once any free port)
  --pace DURATION      wall time of one hour of data (2s, or as before)
  --folder NAME        where below .orla it keeps everything (demo; with --once demo-once)
  --fresh              begin anew: forgets everything in that folder first

  --once               without a browser: runs, prints the figures, ends
  --json               the figures as one JSON object; everything else goes to the error output
  --seconds N          how long it runs after the first predictions (60; with --cut-line 90)
  --cut-line           cuts every agent's line for a third of the run, kills control plane, one agent and one runner

Exit code 0 only if predictions ran at every site and nothing was lost or doubled.
`;

export const LEAST_SECONDS = 15;

/** Reads the command line; undefined when help was asked for. EdgeError `bad-request` for what cannot be. */
export function parseDemoOptions(args: readonly string[]): DemoOptions | undefined {
  const { values } = readArgs(args);
  if (values.help) return undefined;
  const once = values.once || values.json || values['cut-line'] || values.seconds !== undefined;
  const seconds = Number(values.seconds ?? (values['cut-line'] ? 90 : 60));
  if (!(seconds >= LEAST_SECONDS && seconds <= 3600)) {
    throw wrong('--seconds', `It runs between ${LEAST_SECONDS} and 3600 seconds.`);
  }
  return {
    listen: address(values.listen ?? (once ? '127.0.0.1:0' : '127.0.0.1:8080')),
    paceMs: values.pace === undefined ? undefined : pace(values.pace),
    folder: folderName(values.folder ?? (once ? 'demo-once' : 'demo')),
    fresh: values.fresh,
    once,
    json: values.json,
    seconds,
    cutLine: values['cut-line'],
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        listen: { type: 'string' },
        pace: { type: 'string' },
        folder: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        seconds: { type: 'string' },
        'cut-line': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw wrong('command line', error instanceof Error ? error.message : String(error));
  }
}

function address(text: string): DemoOptions['listen'] {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw wrong('--listen', `"${text}" is not HOST:PORT.`);
  return { host: match[1] as string, port };
}

function pace(text: string): number {
  const ms = /^\d+(\.\d+)?(ms|s|m)$/.test(text) ? durationMs(text) : Number.NaN;
  if (!(ms >= 500 && ms <= 3_600_000)) throw wrong('--pace', `"${text}" is not a duration between 500ms and 60m.`);
  return ms;
}

function folderName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)) throw wrong('--folder', `"${text}" is not a plain name.`);
  return text;
}

const wrong = (where: string, message: string) =>
  new EdgeError('bad-request', message, { where, hint: '`npm run demo -- --help` shows all options.' });
