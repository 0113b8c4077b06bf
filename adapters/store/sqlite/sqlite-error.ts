import { EdgeError, type ErrorCode } from '../../../contracts/errors.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html), and what each means to a user. */
const meanings: Readonly<Record<number, { code: ErrorCode; message: string; hint?: string }>> = {
  5: { code: 'in-use', message: 'Another process holds the database.' },
  6: { code: 'in-use', message: 'Another process holds the database.' },
  8: { code: 'disk-failed', message: 'The database may not be written.' },
  10: { code: 'disk-failed', message: 'The disk failed under the database.' },
  11: { code: 'corrupt', message: 'The database is damaged.', hint: 'Put back the newest good copy of the file.' },
  13: { code: 'disk-full', message: 'The disk is full: nothing was changed.' },
  14: { code: 'disk-failed', message: 'The database cannot be opened.' },
  26: { code: 'corrupt', message: 'The file is not a database.', hint: 'Put back the newest good copy of the file.' },
};

/** The operating error that an error of SQLite stands for; anything else (a defect) is given back as it is. */
export function sqliteError(error: unknown, path: string): unknown {
  if (error instanceof EdgeError || !(error instanceof Error) || !('errcode' in error)) return error;
  const meaning = meanings[Number(error.errcode) & 0xff];
  if (meaning === undefined) return error;
  return new EdgeError(meaning.code, meaning.message, { where: path, hint: meaning.hint, cause: error });
}
