import { EdgeError } from '../../../contracts/errors.ts';

/** The one error of the readers: what is wrong with the file, and on which line (1 is the first). */
export function brokenFile(line: number, message: string): EdgeError {
  return new EdgeError('bad-request', message, {
    where: `line ${line}`,
    hint: 'Check that the file is complete and that --format names its kind.',
  });
}
