/** The program `orla up`: one control plane with SQLite and artifacts on disk. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { diskArtifacts } from '../../adapters/artifacts/disk-artifacts.ts';
import { checkConnector } from '../../adapters/connectors/check-connector.ts';
import { betterAuthIdentity } from '../../adapters/identity/better-auth/better-auth-identity.ts';
import { sqliteDatabase } from '../../adapters/store/sqlite/sqlite-database.ts';
import { diskFiles } from '../../adapters/system/disk-files.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import { EdgeError, errorTable } from '../../contracts/errors.ts';
import { createControlPlane } from './create-control-plane.ts';
import { openHttpServer } from './http-server.ts';
import { inspectModels } from './inspect-model.ts';
import { openKeys, openSecret } from './keys.ts';
import { type ControlPlaneOptions, readOptions } from './options.ts';
import type { LogLevel } from './ports.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import { residentBytes } from './resident-bytes.ts';

/** The console of a checkout, built or not. */
const CONSOLE_DIR = join(import.meta.dirname, '../console/dist');
/** A stop that takes longer than this ends anyway: everything acknowledged is on the disk. */
const STOP_MS = 5000;

async function main(options: ControlPlaneOptions): Promise<void> {
  const stop = stopWanted();
  const log = logger(options.json);
  const clock = systemClock();
  const random = systemRandom();
  const { data, tls } = options;
  const lock = await diskFiles(data).lock('control-plane:lock', 'lock');
  const keys = openKeys(join(data, 'keys'), random, clock.now());
  const secret = openSecret(join(data, 'keys', 'session-secret'), random);
  const database = sqliteDatabase({ path: join(data, 'orla.db') });
  const identity = await betterAuthIdentity({
    path: join(data, 'people.db'),
    secret,
    secureCookies: tls !== undefined || options.url?.startsWith('https:') === true,
  });
  const artifacts = await diskArtifacts(join(data, 'artifacts'), random);
  const controlPlane = await createControlPlane(
    {
      clock,
      random,
      store: database.store,
      records: database.records,
      artifacts,
      identity,
      keys,
      inspectModel: inspectModels(residentBytes),
      checkConnector,
      log,
    },
    { url: options.url, reportEveryMs: options.reportEveryMs, recordsKeptMs: options.recordsKeptMs },
  );
  const consoleDir = options.consoleDir ?? (existsSync(CONSOLE_DIR) ? CONSOLE_DIR : undefined);
  const http = await openHttpServer({
    controlPlane,
    clock,
    log,
    host: options.host,
    port: options.port,
    tls,
    consoleDir,
  });
  await controlPlane.start();

  const here = addressOf(options, http.port);
  const localAccess = join(data, 'local-access.json');
  const token = await controlPlane.localToken(tokenIn(readPrivateFile(localAccess)));
  writePrivateFile(localAccess, `${JSON.stringify({ url: here, token, rootKeyId: keys.rootKeyId })}\n`);
  const word = await controlPlane.firstStartWord();
  log('info', `listening on ${here}`, { data, rootKeyId: keys.rootKeyId });
  if (word !== undefined) {
    process.stdout.write(
      `\nOpen this link once to make the first administrator:\n\n  ${options.url ?? here}/#first=${word}\n\n`,
    );
  }

  await stop;
  log('info', 'stopping');
  setTimeout(() => process.exit(0), STOP_MS).unref();
  await controlPlane.stop();
  await http.close();
  await identity.close();
  await database.close();
  await lock.release();
}

function addressOf({ host, tls }: ControlPlaneOptions, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${tls === undefined ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function tokenIn(text: string | undefined): string | undefined {
  try {
    return (JSON.parse(text ?? '{}') as { token?: string }).token;
  } catch {
    return undefined;
  }
}

function stopWanted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

function logger(json: boolean): (level: LogLevel, text: string, detail?: Readonly<Record<string, unknown>>) => void {
  if (json) {
    const lines = pino({ base: { program: 'control-plane' } }, pino.destination({ dest: 2, sync: false }));
    return (level, text, detail = {}) => lines[level](detail, text);
  }
  return (level, text, detail) => {
    if (level === 'debug') return;
    const time = new Date().toISOString().slice(11, 19);
    const more = level === 'info' || detail === undefined ? '' : ` ${JSON.stringify(detail)}`;
    process.stderr.write(`${time} ${level === 'info' ? '' : `${level} `}${text}${more}\n`);
  };
}

try {
  const options = readOptions(process.argv.slice(2));
  // Keys, people, tokens and data are for its own user only.
  process.umask(0o077);
  await main(options);
  process.exit(0);
} catch (error) {
  const told =
    error instanceof EdgeError
      ? error
      : new EdgeError('internal', error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.stderr.write(`orla up: ${told.message}${told.where === undefined ? '' : ` (${told.where})`}\n${told.hint}\n`);
  process.exit(errorTable[told.code].exit);
}
