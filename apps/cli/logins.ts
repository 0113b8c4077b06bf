import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { EdgeError } from '../../contracts/errors.ts';

/** The control planes that somebody logged in to, kept in `~/.config/orla/config.json`. */
const Logins = z.object({
  current: z.string().optional().describe('Address of the last one'),
  controlPlanes: z.record(z.string(), z.object({ token: z.string(), email: z.string().optional() })).default({}),
});
export type Logins = z.infer<typeof Logins>;

export const loginsPath = (home: string) => join(home, '.config', 'orla', 'config.json');

/** What is kept; nothing when there is no file. EdgeError `corrupt` when it is not readable as what it should be. */
export function readLogins(home: string): Logins {
  const path = loginsPath(home);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { controlPlanes: {} };
  }
  try {
    return Logins.parse(JSON.parse(text));
  } catch (cause) {
    const hint = 'Remove the file and log in again: `orla login URL`.';
    throw new EdgeError('corrupt', 'The kept logins cannot be read.', { where: path, hint, cause });
  }
}

/** Replaces the file in one step; only its owner can read it. */
export function writeLogins(home: string, logins: Logins): void {
  const path = loginsPath(home);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.new`;
  writeFileSync(beside, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 });
  chmodSync(beside, 0o600);
  renameSync(beside, path);
}
