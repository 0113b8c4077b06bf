import { type Command, InvalidArgumentError, Option } from 'commander';
import { EdgeError } from '../../contracts/errors.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { Cli } from './cli.ts';
import { type FoundControlPlane, findControlPlane } from './find-control-plane.ts';
import { type OutputForm, outputForms } from './show/answer.ts';
import { createPaint, type Paint } from './show/paint.ts';

/** Options that every command has which talks to a control plane. */
export interface ApiOptions {
  readonly url?: string;
  readonly token?: string;
  readonly output: OutputForm;
  readonly debug?: boolean;
}

/** What the body of a command gets. */
export interface Session {
  readonly cli: Cli;
  readonly api: ApiClient;
  readonly paint: Paint;
  readonly form: OutputForm;
  readonly found: FoundControlPlane;
}

/** Adds a command to the program: its options, then examples in its help. */
export type Register = (program: Command, cli: Cli) => void;

/** The options with which a command finds its control plane and says how to print. */
export function withApiOptions(command: Command): Command {
  return command
    .option('--url <url>', 'control plane to talk to (else ORLA_URL, the last login, one started below ./.orla)')
    .option('--token <token>', 'API token (else ORLA_TOKEN, or the one kept for the control plane)')
    .addOption(new Option('-o, --output <form>', 'how to print').choices([...outputForms]).default('table'))
    .option('--debug', 'show the stack of an error');
}

/** Runs the body with a client of the control plane that the options say. */
export function inSession<O extends ApiOptions>(
  cli: Cli,
  body: (session: Session, options: O, args: string[]) => Promise<void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.opts<O>();
    const session = openSession(cli, options);
    await body(session, options, command.processedArgs.flat() as string[]);
  };
}

export function openSession(cli: Cli, options: ApiOptions): Session {
  const found = findControlPlane(cli, options);
  const api = createApiClient({
    url: found.url,
    token: found.token,
    from: found.from,
    fetch: cli.fetch,
    stopped: cli.stopped,
  });
  return { cli, api, paint: createPaint(cli.colour), form: options.output, found };
}

/** Examples below the help of a command: what to type, and what that does. */
export function withExamples(command: Command, examples: readonly (readonly [line: string, says: string])[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, says]) => `  ${line.padEnd(width)}   # ${says}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** A whole number of an option or argument. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** `key=value` pairs, one option for each. */
export function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const match = /^([^=]+)=(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it as key=value.');
  return { ...before, [match[1] as string]: match[2] as string };
}

/** An option that may be given several times. */
export function several(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** What a person must say with an option when there is nobody to ask. */
export function needsYes(what: string): EdgeError {
  return new EdgeError('bad-request', `${what} needs a yes, and there is no terminal to ask at.`, {
    hint: 'Look with `orla plan`, then repeat with --yes.',
  });
}
