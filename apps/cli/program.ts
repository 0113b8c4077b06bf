import { Command, CommanderError } from 'commander';
import type { Cli } from './cli.ts';
import type { Register } from './command.ts';
import { applyCommand, planCommand } from './commands/apply.ts';
import { deleteCommand } from './commands/delete.ts';
import { describeCommand } from './commands/describe.ts';
import { enrolCommand } from './commands/enrol.ts';
import { eventsCommand } from './commands/events.ts';
import { getCommand } from './commands/get.ts';
import { loginCommand } from './commands/login.ts';
import { logsCommand } from './commands/logs.ts';
import { modelCommand } from './commands/model.ts';
import { agentCommand, demoCommand, type Exit, upCommand } from './commands/programs.ts';
import { secretCommand } from './commands/secret.ts';
import { topCommand } from './commands/top.ts';
import { rollbackCommand, undoCommand } from './commands/undo.ts';
import { asEdgeError, errorText, exitCodeOf } from './show/error-text.ts';
import { createPaint } from './show/paint.ts';

/** Every command, by what a person is about to do. Adding one is adding a line. */
const commands: Readonly<Record<string, readonly Register[]>> = {
  'Look:': [getCommand, describeCommand, topCommand, eventsCommand, logsCommand],
  'Change:': [
    planCommand,
    applyCommand,
    deleteCommand,
    undoCommand,
    rollbackCommand,
    modelCommand,
    secretCommand,
    enrolCommand,
  ],
};

/** Exit code of a command line that cannot be understood. */
const USAGE_EXIT = 2;
const INTERRUPTED_EXIT = 130;

/** Runs one command line and gives its exit code, from the error table. Prints every error itself. */
export async function runCommandLine(cli: Cli, version: string, args: readonly string[]): Promise<number> {
  const exit: Exit = { code: 0 };
  const program = createProgram(cli, version, exit);
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return exit.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT;
    return showError(cli, error, args);
  }
}

function createProgram(cli: Cli, version: string, exit: Exit): Command {
  const program = new Command('orla')
    .description('Edge AI orchestration: trained models at work at many sites.')
    .version(version, '-V, --version', 'version of this program')
    .helpOption('-h, --help', 'help of a command')
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('Add -h for help and examples.')
    .configureOutput({
      writeOut: (text) => cli.out.write(text),
      writeErr: (text) => cli.err.write(text),
      getOutHelpWidth: () => cli.out.columns,
      getErrHelpWidth: () => cli.err.columns,
      getOutHasColors: () => cli.colour,
      getErrHasColors: () => cli.colour,
      outputError: (text, write) => write(text),
    })
    .exitOverride();
  program.commandsGroup('Run:');
  upCommand(program, cli, exit);
  agentCommand(program, cli, exit);
  demoCommand(program, cli, exit);
  program.commandsGroup('Log in:');
  loginCommand(program, cli);
  for (const [group, registers] of Object.entries(commands)) {
    program.commandsGroup(group);
    for (const register of registers) register(program, cli);
  }
  program.addHelpText('after', '\nBegin with `orla demo`, or `orla up`; `orla COMMAND -h` shows examples.');
  return program;
}

function showError(cli: Cli, error: unknown, args: readonly string[]): number {
  if (cli.stopped.aborted && asEdgeError(error).code === 'closed') return INTERRUPTED_EXIT;
  const form = formOf(args);
  if (form === 'json') cli.err.write(`${JSON.stringify(asEdgeError(error).toBody(), null, 2)}\n`);
  else cli.err.write(errorText(error, createPaint(cli.colour), args.includes('--debug')));
  return exitCodeOf(error);
}

/** The form that was asked for, also when the command line failed before it was parsed. */
function formOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '-o' || arg === '--output');
  return at === -1 ? args.find((arg) => /^(-o|--output=)/.test(arg))?.replace(/^(-o|--output=)/, '') : args[at + 1];
}
