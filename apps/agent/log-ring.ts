import type { LogLine } from '../../contracts/report.ts';

const LINES_MAX = 2000;

/** The newest log lines of a node, for whoever asks. */
export interface LogRing {
  add(line: LogLine): void;
  /** The newest `count`, oldest first; only those of one origin when `from` is given. */
  newest(count: number, from?: string): LogLine[];
}

export function createLogRing(): LogRing {
  const lines: LogLine[] = [];
  return {
    add: (line) => {
      lines.push(line);
      if (lines.length > 2 * LINES_MAX) lines.splice(0, lines.length - LINES_MAX);
    },
    newest: (count, from) => {
      const kept = lines.slice(-LINES_MAX);
      return (from === undefined ? kept : kept.filter((line) => line.from === from)).slice(-count);
    },
  };
}
