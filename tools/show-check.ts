import type { CommandResult } from './run-command.ts';

/** One line for a check that passed; everything it said for one that failed. */
export function showCheck(result: CommandResult): void {
  const line = `${result.ok ? 'ok  ' : 'FAIL'} ${result.name}  ${seconds(result.tookMs)}\n`;
  process.stdout.write(result.ok ? line : `${line}${result.output.trimEnd()}\n`);
}

/** A length of time as people read it: `0.4 s`, `1 min 12 s`. */
export function seconds(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
