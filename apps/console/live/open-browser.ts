import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium, without a window, with a profile of its own that is removed with it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = places.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error(`no Chromium at ${places.join(', ')}: install the package chromium`);
  return chromium.launch({ executablePath, headless: true, args: quiet });
}

/** A page that keeps every error of its console; who is not signed in yet gets one 401, which is no error. */
export async function openPage(context: BrowserContext, errors: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    const expected = message.location().url.endsWith('/api/me') && message.text().includes('401');
    if (message.type() === 'error' && !expected)
      errors.push(`${page.url()}: ${message.text()} (${message.location().url})`);
  });
  return page;
}
