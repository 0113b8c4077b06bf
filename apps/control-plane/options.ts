import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { EdgeError } from '../../contracts/errors.ts';
import { Duration } from '../../contracts/names.ts';
import { durationMs } from '../../core/base/duration.ts';
import { suggest } from '../../core/base/nearest.ts';

const flags = {
  data: { type: 'string', default: '.orla/control-plane' },
  listen: { type: 'string', default: '127.0.0.1:8080' },
  url: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'console-dir': { type: 'string' },
  'report-every': { type: 'string', default: '5s' },
  'keep-records': { type: 'string', default: '30d' },
  json: { type: 'boolean', default: false },
} as const;

const Options = z.object({
  data: z.string().min(1),
  listen: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:]+):\d{1,5}$/, 'write it as HOST:PORT, for example 127.0.0.1:8080'),
  url: z.url({ protocol: /^https?$/ }).optional(),
  'tls-cert': z.string().optional(),
  'tls-key': z.string().optional(),
  'console-dir': z.string().optional(),
  'report-every': Duration,
  'keep-records': Duration,
  json: z.boolean(),
});

/** How a control plane is started. */
export interface ControlPlaneOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** Address that people and nodes use, when it is not the one that is listened on. */
  readonly url: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly consoleDir: string | undefined;
  readonly reportEveryMs: number;
  readonly recordsKeptMs: number;
  readonly json: boolean;
}

/** Reads the flags of the command line. EdgeError 'bad-request' names the flag. */
export function readOptions(args: readonly string[]): ControlPlaneOptions {
  const given = parseFlags(args);
  const parsed = Options.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new EdgeError('bad-request', issue.message, { where: `--${String(issue.path[0])}` });
  }
  const { listen, ...options } = parsed.data;
  const colon = listen.lastIndexOf(':');
  const port = Number(listen.slice(colon + 1));
  if (port > 65_535) throw new EdgeError('bad-request', `There is no port ${port}.`, { where: '--listen' });
  if ((options['tls-cert'] === undefined) !== (options['tls-key'] === undefined)) {
    throw new EdgeError('bad-request', 'TLS needs both --tls-cert and --tls-key.', { where: '--tls-cert' });
  }
  const tls =
    options['tls-cert'] === undefined
      ? undefined
      : { cert: readPem(options['tls-cert'], '--tls-cert'), key: readPem(options['tls-key']!, '--tls-key') };
  return {
    data: resolve(options.data),
    host: listen.slice(0, colon).replace(/^\[|\]$/g, ''),
    port,
    url: options.url?.replace(/\/+$/, ''),
    tls,
    consoleDir: options['console-dir'] === undefined ? undefined : resolve(options['console-dir']),
    reportEveryMs: Math.max(100, durationMs(options['report-every'])),
    recordsKeptMs: durationMs(options['keep-records']),
    json: options.json,
  };
}

function parseFlags(args: readonly string[]): unknown {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const wrong = args.find((arg) => arg.startsWith('--') && !(arg.slice(2).split('=')[0]! in flags));
    const known = Object.keys(flags).map((flag) => `--${flag}`);
    const message = cause instanceof Error ? cause.message.split('. ')[0]! : String(cause);
    throw new EdgeError('bad-request', message, {
      where: wrong,
      hint: wrong === undefined ? `Known: ${known.join(', ')}.` : suggest(wrong, known),
      cause,
    });
  }
}

function readPem(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EdgeError('not-found', `The file ${path} cannot be read.`, { where: flag, cause });
  }
}
