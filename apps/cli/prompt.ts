import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { EdgeError } from '../../contracts/errors.ts';
import type { Cli } from './cli.ts';

type Asking = Pick<Cli, 'input' | 'err' | 'stopped'>;

/** Whether somebody can be asked. */
export function canAsk(cli: Asking): boolean {
  return cli.input.isTTY === true && cli.err.isTerminal;
}

/** Asks for a line; `hidden` shows nothing of what is typed. */
export async function ask(cli: Asking, question: string, hidden = false): Promise<string> {
  const echo = new Writable({
    write: (chunk, _encoding, done) => {
      if (!hidden) cli.err.write(String(chunk));
      done();
    },
  });
  if (hidden) cli.err.write(question);
  const lines = createInterface({ input: cli.input, output: echo, terminal: true });
  const interrupted = new AbortController();
  lines.on('SIGINT', () => interrupted.abort());
  lines.on('close', () => interrupted.abort());
  try {
    const signal = AbortSignal.any([cli.stopped, interrupted.signal]);
    return await lines.question(hidden ? '' : question, { signal });
  } catch (cause) {
    throw new EdgeError('closed', 'Stopped; nothing was changed.', { hint: 'Run it again when you are ready.', cause });
  } finally {
    lines.close();
    if (hidden) cli.err.write('\n');
  }
}

/** Asks for a yes; anything else is a no. */
export async function askYes(cli: Asking, question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(cli, `${question} [y/N] `)).trim());
}

/** The first line of what is piped in. */
export async function firstLine(input: Cli['input']): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes('\n') || text.length > 64 * 1024) break;
  }
  return (text.split('\n')[0] ?? '').replace(/\r$/, '');
}
