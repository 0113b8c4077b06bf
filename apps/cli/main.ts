import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../adapters/system/system-clock.ts';
import type { Cli, Output } from './cli.ts';
import { runCommandLine } from './program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string };
const { ORLA_URL, ORLA_TOKEN, NO_COLOR, TERM } = process.env;
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
// A reader that has seen enough (`orla get nodes | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const outputOf = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => void stream.write(text),
  isTerminal: stream.isTTY === true,
  get columns() {
    return stream.isTTY === true ? stream.columns : 100;
  },
});
const cli: Cli = {
  out: outputOf(process.stdout),
  err: outputOf(process.stderr),
  input: process.stdin,
  colour: process.stdout.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb',
  cwd: process.cwd(),
  home: homedir(),
  host: hostname(),
  root,
  environment: { url: ORLA_URL || undefined, token: ORLA_TOKEN || undefined },
  clock: systemClock(),
  fetch,
  stopped: stopping.signal,
};
process.exitCode = await runCommandLine(cli, version, process.argv.slice(2));
