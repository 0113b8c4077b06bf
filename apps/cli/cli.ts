import type { Readable } from 'node:stream';
import type { Clock } from '../../adapters/system/clock.ts';

/** A terminal, a pipe or a file that text goes to. */
export interface Output {
  write(text: string): void;
  /** Whether a person looks: only then are there bars, prompts and lines that change. */
  readonly isTerminal: boolean;
  readonly columns: number;
}

/** Everything that a command uses of the outside; `main.ts` builds the real one. */
export interface Cli {
  readonly out: Output;
  readonly err: Output;
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly colour: boolean;
  readonly cwd: string;
  readonly home: string;
  readonly host: string;
  /** The root of the checkout: where the programs that `up`, `agent` and `demo` start lie. */
  readonly root: string;
  readonly environment: { readonly url?: string | undefined; readonly token?: string | undefined };
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Aborted by the first Ctrl-C. */
  readonly stopped: AbortSignal;
}
