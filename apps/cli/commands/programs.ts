import { resolve } from 'node:path';
import type { Command } from 'commander';
import { buildConsole } from '../build-console.ts';
import type { Cli } from '../cli.ts';
import { withExamples } from '../command.ts';
import { runInForeground } from '../run-in-foreground.ts';

/** Set by the commands that run a program: its exit code is theirs. */
export interface Exit {
  code: number;
}

export function upCommand(program: Command, cli: Cli, exit: Exit): void {
  const command = program
    .command('up')
    .summary('run a control plane with its console')
    .description('run a control plane here, with its console')
    .option('--data <folder>', 'where it keeps everything', '.orla/control-plane')
    .option('--listen <host:port>', 'address that it listens on', '127.0.0.1:8080')
    .option('--tls-cert <file>', 'certificate chain (PEM), to serve HTTPS')
    .option('--tls-key <file>', 'private key (PEM)')
    .option('--report-every <duration>', 'how often nodes report')
    .option('--no-console', 'the API alone')
    .action(async (options: Record<string, string | boolean | undefined>) => {
      const { console: wanted, ...flags } = options;
      const withConsole = wanted !== false;
      const folder = withConsole ? await buildConsole(cli.root, (text) => cli.err.write(`orla: ${text}\n`)) : undefined;
      const args = [
        ...flagsOf({ ...flags, data: resolve(cli.cwd, String(flags['data'])) }),
        ...(folder === undefined ? [] : ['--console-dir', folder]),
      ];
      exit.code = await runInForeground(cli.root, 'apps/control-plane/main.ts', args);
    });
  withExamples(command, [
    ['orla up', 'on http://127.0.0.1:8080; the first start prints the link that makes the first administrator'],
    ['orla up --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem', 'for other machines'],
  ]);
}

export function agentCommand(program: Command, cli: Cli, exit: Exit): void {
  const command = program
    .command('agent')
    .summary('run the agent of a node')
    .description('run the agent of a node here; `orla enrol` prints the whole line for a new one')
    .option('--data <folder>', 'where it keeps key, manifest and journal', '.orla/agent')
    .option('--join <url>', 'control plane to join (only the first time)')
    .option('--token <token>', 'enrolment token (only the first time)')
    .option('--token-file <file>', 'file with the enrolment token')
    .option('--root <keyid>', 'root key of the control plane (only the first time)')
    .option('--name <name>', 'name of the node')
    .option('--local <host:port>', "address of the node's own page")
    .action(async (options: Record<string, string | undefined>) => {
      const data = resolve(cli.cwd, String(options['data']));
      exit.code = await runInForeground(cli.root, 'apps/agent/main.ts', flagsOf({ ...options, data }));
    });
  withExamples(command, [
    ['orla agent --data /var/lib/orla --join https://orla.example.org --token T --root KEYID', 'the first time'],
    ['orla agent --data /var/lib/orla', 'afterwards: it knows the rest'],
  ]);
}

export function demoCommand(program: Command, cli: Cli, exit: Exit): void {
  const command = program
    .command('demo')
    .summary('three solar plants on this machine')
    .description('three solar plants on this machine: real data, real protocols, one model')
    .argument('[options...]', 'options of the demo; `orla demo -- --help` lists them')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      exit.code = await runInForeground(cli.root, 'examples/pv-irradiance/demo.ts', args);
    });
  withExamples(command, [
    ['orla demo', 'opens on http://127.0.0.1:8080'],
    ['orla demo --once --json --cut-line', 'with every fault, then the figures as JSON'],
  ]);
}

/** `{tlsCert: 'x'}` as `--tls-cert x`. */
export function flagsOf(options: Readonly<Record<string, string | boolean | undefined>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined || typeof value === 'boolean'
      ? []
      : [`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value],
  );
}
