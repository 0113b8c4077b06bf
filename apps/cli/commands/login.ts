import type { Command } from 'commander';
import { EdgeError } from '../../../contracts/errors.ts';
import { createApiClient } from '../api-client.ts';
import type { Cli } from '../cli.ts';
import { withExamples } from '../command.ts';
import { findControlPlane, plainUrl } from '../find-control-plane.ts';
import { loginsPath, readLogins, writeLogins } from '../logins.ts';
import { ask, canAsk, firstLine } from '../prompt.ts';

const DAYS = 90;

interface LoginOptions {
  readonly email?: string;
  readonly passwordStdin?: boolean;
  readonly token?: string;
}

export function loginCommand(program: Command, cli: Cli): void {
  const command = program
    .command('login')
    .summary('sign in and keep a token')
    .description('sign in and keep an API token for this user of this machine')
    .argument('[url]', 'address of the control plane (else the one that commands would use)')
    .option('--email <email>', 'who signs in')
    .option('--password-stdin', 'read the password from standard input')
    .option('--token <token>', 'keep this API token instead of signing in')
    .option('--debug', 'show the stack of an error')
    .action(async (given: string | undefined, options: LoginOptions) => {
      const url = given === undefined ? findControlPlane(cli, {}).url : plainUrl(given, 'URL');
      const api = createApiClient({ url, fetch: cli.fetch, stopped: cli.stopped });
      const { firstStart } = await api.call('health', {});
      if (firstStart) {
        throw new EdgeError('unauthenticated', 'It has no administrator yet.', {
          where: url,
          hint: 'Open the link that its first start printed, make the first administrator, then log in.',
        });
      }
      const token = options.token ?? (await signedInToken(cli, api, options));
      const known = createApiClient({ url, token, fetch: cli.fetch, stopped: cli.stopped });
      const me = await known.call('me', {});
      const before = readLogins(cli.home);
      writeLogins(cli.home, {
        current: url,
        controlPlanes: { ...before.controlPlanes, [url]: { token, email: me.email } },
      });
      cli.out.write(`Logged in to ${url} as ${me.email} (${me.role}). The token is kept in ${loginsPath(cli.home)}.\n`);
    });
  withExamples(command, [
    ['orla login https://orla.example.org', 'asks for e-mail and password'],
    ['orla login 127.0.0.1:8080 --email me@example.org --password-stdin < pw', 'from a script'],
  ]);
}

async function signedInToken(
  cli: Cli,
  api: ReturnType<typeof createApiClient>,
  options: LoginOptions,
): Promise<string> {
  const asking = canAsk(cli);
  const missing = options.email === undefined || options.passwordStdin !== true;
  if (missing && !asking) {
    throw new EdgeError('bad-request', 'There is no terminal to ask at.', {
      hint: 'Give --email and --password-stdin, or --token.',
    });
  }
  const email = options.email ?? (await ask(cli, 'E-mail: ')).trim();
  const password = options.passwordStdin === true ? await firstLine(cli.input) : await ask(cli, 'Password: ', true);
  const { answer: me, cookies } = await api.ask('signIn', { body: { email, password } });
  const headers = { cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; '), origin: api.url };
  const name = `cli-${cli.host.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${cli.clock.now()}`
    .slice(0, 63)
    .replace(/-+$/, '');
  const { token } = await api.call('makeApiToken', { body: { name, role: me.role, days: DAYS } }, { headers });
  await api.call('signOut', {}, { headers }).catch(() => undefined);
  return token;
}
