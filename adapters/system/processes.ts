/** Starts other programs. The starter is told everything that they say and how they end. */
export interface Processes {
  /** Resolves when the program runs. EdgeError `not-found` when there is none such, `forbidden` when it may not be run. */
  start(program: Program): Promise<RunningProcess>;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Opens a channel for messages, which carry what the structured clone algorithm can (typed arrays, dates, maps). */
  readonly messages?: (message: unknown) => void;
  /** Each line of standard output and error, without its end; longer ones come in pieces of `LONGEST_LINE_CHARACTERS`. */
  readonly output?: (line: string, from: 'stdout' | 'stderr') => void;
  /** Called once, after the last line and message. */
  readonly ended: (how: ProcessEnd) => void;
}

/** Either an exit code or the signal that ended it. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** Resolves when the operating system took the message. EdgeError `closed` when the process has ended or has no channel. */
  send(message: unknown): Promise<void>;
  /** Sends a signal; may be repeated, also after the end. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export const LONGEST_LINE_CHARACTERS = 16_384;
