import type { Files } from '../../adapters/system/files.ts';
import { EdgeError } from '../../contracts/errors.ts';

const FILE = 'settings.json';

/** What the agent was told at its first start and goes by afterwards. */
export interface Settings {
  readonly url: string;
  readonly ca?: string | undefined;
}

/** Settings with what is told now, kept when they changed. 'bad-request' when nobody ever said where the centre is. */
export async function keepSettings(files: Files, told: Partial<Settings>): Promise<Settings> {
  const known = await readSettings(files);
  const url = told.url ?? known?.url;
  if (url === undefined) {
    throw new EdgeError('bad-request', 'This agent does not know its control plane yet.', {
      where: '--join',
      hint: 'Make a token with `orla enrol` and start the agent with the line that it prints.',
    });
  }
  const ca = told.ca ?? known?.ca;
  const settings: Settings = { url, ...(ca === undefined ? {} : { ca }) };
  if (JSON.stringify(settings) !== JSON.stringify(known)) {
    await files.writeDurable('settings:write', FILE, Buffer.from(JSON.stringify(settings)));
  }
  return settings;
}

async function readSettings(files: Files): Promise<Settings | undefined> {
  const bytes = await files.read('settings:read', FILE);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Settings;
  } catch {
    return undefined;
  }
}
