import { inspect } from 'node:util';
import { EdgeError, errorTable } from '../../../contracts/errors.ts';
import type { Paint } from './paint.ts';

/** Most problems that are listed; the rest is counted. */
const PROBLEMS_MAX = 20;

/** What happened, where, what to do. A defect says that it is one; its stack only with `debug`. */
export function errorText(error: unknown, paint: Paint, debug: boolean): string {
  const known = asEdgeError(error);
  const lines = [`${paint.bad('error')} ${known.message}`];
  if (known.where !== undefined && known.problems[0]?.where !== known.where) lines.push(`  at ${known.where}`);
  for (const { where, message, hint } of known.problems.slice(0, PROBLEMS_MAX)) {
    const said = message === known.message && where === undefined;
    if (!said)
      lines.push(
        `  ${where === undefined ? '-' : `${where}:`} ${message}${hint === undefined ? '' : ` ${paint.faint(hint)}`}`,
      );
  }
  if (known.problems.length > PROBLEMS_MAX) lines.push(`  … and ${known.problems.length - PROBLEMS_MAX} more`);
  lines.push(`  ${paint.strong('→')} ${known.hint}`);
  if (debug) lines.push(inspect(error, { depth: 5 }));
  else if (known.code === 'internal') lines.push('  Run it again with --debug for the details.');
  return `${lines.join('\n')}\n`;
}

/** Any error as one of the table, so that it has a code, a hint and an exit code. */
export function asEdgeError(error: unknown): EdgeError {
  if (error instanceof EdgeError) return error;
  return new EdgeError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}

/** The exit code of the command that ended with this error. */
export function exitCodeOf(error: unknown): number {
  return errorTable[asEdgeError(error).code].exit;
}
