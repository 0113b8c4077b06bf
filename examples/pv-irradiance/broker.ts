import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startMqttBroker } from '../../adapters/connectors/mqtt/mqtt-broker.ts';
import { EdgeError, errorTable } from '../../contracts/errors.ts';

const usage = `An MQTT broker for the demo, so that nobody needs to install one. One user, nothing kept on disk.

node examples/pv-irradiance/broker.ts --listen 127.0.0.1:PORT --user NAME --password-file FILE
`;

try {
  await main();
} catch (error) {
  if (!(error instanceof EdgeError)) throw error;
  process.stderr.write(`broker: ${error.message} (${error.where}). ${error.hint}\n`);
  process.exitCode = errorTable[error.code].exit;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    process.stdout.write(usage);
    return;
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  const broker = await startMqttBroker(options);
  const log = (event: string) =>
    process.stdout.write(
      `${JSON.stringify({ at: new Date().toISOString(), level: 'info', event, mqtt: `${options.host}:${broker.port}` })}\n`,
    );
  log('serving');
  await stopped;
  await broker.close();
  log('stopped');
}

function readOptions() {
  const text = { type: 'string', default: '' } as const;
  let values: { listen: string; user: string; 'password-file': string; help: boolean };
  try {
    values = parseArgs({
      options: { listen: text, user: text, 'password-file': text, help: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw wrong('command line', error instanceof Error ? error.message : 'unreadable');
  }
  if (values.help) return undefined;
  const match = /^(.+):(\d{1,5})$/.exec(values.listen);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw wrong('--listen', `"${values.listen}" is not HOST:PORT`);
  if (values.user === '') throw wrong('--user', 'the name of the user is missing');
  return { host: match[1] as string, port, username: values.user, password: readPassword(values['password-file']) };
}

function readPassword(path: string): string {
  let password = '';
  try {
    password = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw wrong('--password-file', `"${path}" cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
  }
  if (password === '') throw wrong('--password-file', `"${path}" is empty`);
  return password;
}

function wrong(where: string, message: string): EdgeError {
  return new EdgeError('bad-request', message, { where, hint: '--help shows how it is started.' });
}
