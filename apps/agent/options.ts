import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EdgeError } from '../../contracts/errors.ts';
import { suggest } from '../../core/base/nearest.ts';
import type { Join } from './agent-ports.ts';

const flags = {
  data: { type: 'string' },
  join: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  root: { type: 'string' },
  name: { type: 'string' },
  class: { type: 'string' },
  local: { type: 'string' },
  ca: { type: 'string' },
} as const;

/** How an agent is started. What it was told the first time it keeps: see `Settings`. */
export interface AgentOptions {
  readonly data: string;
  /** Address of the control plane. */
  readonly url: string | undefined;
  readonly join: Join | null;
  readonly local: { readonly host: string; readonly port: number } | undefined;
  /** PEM of the authority of the control plane's certificate. */
  readonly ca: string | undefined;
}

/** Reads the flags of the command line. EdgeError 'bad-request' names the flag. */
export function readOptions(args: readonly string[]): AgentOptions {
  const given = parseFlags(args);
  const url = given.join;
  if (url !== undefined && !/^https?:\/\/[^/]+\/?$/.test(url)) {
    throw wrong('--join', `${url} is not an address such as https://orla.example.org`);
  }
  const token =
    given.token ?? (given['token-file'] === undefined ? undefined : readText('--token-file', given['token-file']));
  if (token !== undefined && given.root === undefined) {
    throw wrong('--root', 'the first start needs the root key of the control plane, as `orla enrol` prints it');
  }
  if (given.root !== undefined && !/^[0-9a-f]{32}$/.test(given.root)) {
    throw wrong('--root', 'the id of a root key is 32 hexadecimal digits');
  }
  const join =
    token === undefined || given.root === undefined
      ? null
      : { token: token.trim(), rootKeyId: given.root, node: given.name, class: given.class };
  return {
    data: resolve(given.data ?? '.orla/agent'),
    url,
    join,
    local: given.local === undefined ? undefined : addressOf(given.local),
    ca: given.ca === undefined ? undefined : readText('--ca', given.ca),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const unknown = /'(--?[^\s']+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const near = unknown === undefined ? undefined : suggest(unknown.replace(/^--?/, ''), Object.keys(flags));
    throw new EdgeError('bad-request', cause instanceof Error ? cause.message.split('. ')[0]! : String(cause), {
      where: unknown,
      hint:
        near ??
        `The flags are ${Object.keys(flags)
          .map((flag) => `--${flag}`)
          .join(', ')}.`,
      cause,
    });
  }
}

function addressOf(text: string): { host: string; port: number } {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw wrong('--local', 'write it as HOST:PORT, for example 127.0.0.1:8081');
  const host = match[1]!.replace(/^\[|\]$/g, '');
  if (!/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)) {
    throw wrong('--local', "the node's own page is only for this machine: use 127.0.0.1");
  }
  return { host, port };
}

function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EdgeError('bad-request', `${path} cannot be read.`, { where: flag, cause });
  }
}

function wrong(flag: string, message: string): EdgeError {
  return new EdgeError('bad-request', message, { where: flag, hint: 'Correct the flag and start it again.' });
}
