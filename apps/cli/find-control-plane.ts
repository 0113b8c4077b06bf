import { globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { EdgeError } from '../../contracts/errors.ts';
import type { Cli } from './cli.ts';
import { readLogins } from './logins.ts';

/** Where a control plane is, what to say to it, and where that was found. */
export interface FoundControlPlane {
  readonly url: string;
  readonly token: string | undefined;
  readonly from: string;
}

/** What a control plane writes beside its data for programs of the same machine and user. */
const LocalAccess = z.object({ url: z.string(), token: z.string(), rootKeyId: z.string().optional() });
export type LocalAccess = z.infer<typeof LocalAccess>;

/** How many `local-access.json` are looked at. */
const LOCAL_MAX = 50;

/**
 * The control plane that a command talks to. First that says so wins: --url and --token; ORLA_URL and ORLA_TOKEN; the last
 * `orla login`; the newest control plane started below ./.orla. A token goes only to the address that it came with,
 * or to one that was named beside it.
 */
export function findControlPlane(
  cli: Pick<Cli, 'cwd' | 'home' | 'environment'>,
  flags: { url?: string | undefined; token?: string | undefined },
): FoundControlPlane {
  const logins = readLogins(cli.home);
  const tokenOf = (url: string) =>
    logins.controlPlanes[url]?.token ?? localAccesses(cli.cwd).find((local) => local.access.url === url)?.access.token;
  if (flags.url !== undefined) {
    const url = plainUrl(flags.url, '--url');
    return { url, token: flags.token ?? cli.environment.token ?? tokenOf(url), from: '--url' };
  }
  if (cli.environment.url !== undefined) {
    const url = plainUrl(cli.environment.url, 'ORLA_URL');
    return { url, token: flags.token ?? cli.environment.token ?? tokenOf(url), from: 'ORLA_URL' };
  }
  const given = flags.token ?? cli.environment.token;
  if (logins.current !== undefined) {
    return { url: logins.current, token: given ?? logins.controlPlanes[logins.current]?.token, from: 'orla login' };
  }
  const [local] = localAccesses(cli.cwd);
  if (local !== undefined) return { url: local.access.url, token: given ?? local.access.token, from: local.from };
  throw new EdgeError('not-found', 'No control plane is known here.', {
    hint: 'Start one with `orla up`, log in with `orla login URL`, or name one with --url and --token.',
  });
}

/** Control planes that were started below `cwd`/.orla, the newest first. */
export function localAccesses(cwd: string): { access: LocalAccess; from: string }[] {
  return globSync(['local-access.json', '*/local-access.json', '*/*/local-access.json'], { cwd: join(cwd, '.orla') })
    .slice(0, LOCAL_MAX)
    .map((path) => join(cwd, '.orla', path))
    .flatMap((path) => {
      const access = readLocalAccess(path);
      return access === undefined ? [] : [{ access, from: relative(cwd, path), changedAt: statSync(path).mtimeMs }];
    })
    .sort((a, b) => b.changedAt - a.changedAt)
    .map(({ access, from }) => ({ access, from }));
}

/** The access that a control plane left in a file; `undefined` while there is none or it is half written. */
export function readLocalAccess(path: string): LocalAccess | undefined {
  try {
    return LocalAccess.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** `http://host:port` of what a person wrote: a missing scheme becomes https, on this machine http. */
export function plainUrl(text: string, where: string): string {
  const schemed = /^https?:\/\//.test(text)
    ? text
    : `${/^(localhost|127\.|\[::1\])/.test(text) ? 'http' : 'https'}://${text}`;
  const url = URL.parse(schemed);
  if (url === null || url.host === '' || url.username !== '' || url.search !== '') {
    throw new EdgeError('bad-request', `"${text}" is not the address of a control plane.`, {
      where,
      hint: 'Write it as https://orla.example.org or http://127.0.0.1:8080.',
    });
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}
