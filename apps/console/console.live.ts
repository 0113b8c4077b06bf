import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accessibilityProblems } from './live/accessibility-problems.ts';
import { openBrowser, openPage } from './live/open-browser.ts';
import { type RunningDemo, startDemo } from './live/running-demo.ts';

// Run alone, it takes the link of a demo that runs already, and a folder for screenshots:
// node apps/console/console.live.ts --first-link URL --screenshots FOLDER
const { values: flags } = parseArgs({
  strict: false,
  options: { 'first-link': { type: 'string' }, screenshots: { type: 'string' } },
});
const root = resolve(import.meta.dirname, '../..');
const person = { name: 'Ada Operator', email: 'ada@example.org', password: 'a long enough password' };
const SOON_MS = 20_000;
/** A cloudy hour comes when the weather brings it: a day of data passes in about twelve seconds. */
const WEATHER_MS = 180_000;

const looks = [
  { width: 1440, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
  { width: 390, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
] as const;

const world = {} as { demo: RunningDemo; browser: Browser; context: BrowserContext; page: Page };
const errors: string[] = [];

before(
  async () => {
    const link = flags['first-link'];
    world.demo =
      typeof link === 'string'
        ? { url: new URL(link).origin, firstLink: link, stop: async () => undefined }
        : await startDemo(root);
    world.browser = await openBrowser();
    world.context = await world.browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    world.page = await openPage(world.context, errors);
  },
  { timeout: 240_000 },
);

after(async () => {
  await world.browser?.close();
  await world.demo?.stop();
});

test('the printed link makes the first administrator and leaves the address at once', async () => {
  const { page, demo } = world;
  await page.goto(demo.firstLink);
  await page.getByLabel('Your name').fill(person.name);
  assert.equal(page.url(), `${demo.url}/`, 'the word is no longer in the address');
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.getByRole('button', { name: 'Make administrator' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor({ timeout: SOON_MS });
});

test('the overview shows three sites, live and healthy', async () => {
  const { page } = world;
  await page.getByRole('status', { name: 'Changes show as they happen' }).waitFor({ timeout: SOON_MS });
  for (const site of ['greensboro', 'piedmont', 'colorado']) {
    await page.locator(`a[href^="/sites/${site}"]`, { hasText: 'healthy' }).first().waitFor({ timeout: 60_000 });
  }
  await page.getByRole('region', { name: 'Map of the sites' }).waitFor({ timeout: SOON_MS });
});

test("a site's values and scores grow while one looks", async () => {
  const { page, demo } = world;
  await page.goto(`${demo.url}/sites/greensboro`);
  await page.getByRole('img', { name: /^Prediction against truth/ }).waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'weather/ghi' }).waitFor({ timeout: SOON_MS });
  const counted = page.getByText(/measured at the site, [\d,]+ predictions so far/);
  const first = (await counted.textContent()) ?? '';
  await page.getByText(first, { exact: true }).waitFor({ state: 'detached', timeout: 60_000 });
  assert.notEqual(await counted.textContent(), first);
});

test('an alarm leads to its step, model and release in three clicks', { timeout: WEATHER_MS + SOON_MS }, async () => {
  const { page, demo } = world;
  await page.goto(`${demo.url}/alarms`);
  await page.getByText('All', { exact: true }).click();
  const alarm = page.getByRole('button', { name: /^Ramp expected/ }).first();
  await alarm.waitFor({ timeout: WEATHER_MS });
  await alarm.click();
  const panel = page.getByRole('dialog', { name: /^Alarm/ });
  await panel.getByRole('link', { name: /release \d+ of pv/ }).waitFor({ timeout: SOON_MS });
  await panel.getByRole('link', { name: /^pv-irradiance version \d+/ }).waitFor({ timeout: SOON_MS });
  await panel.getByRole('link', { name: /of pv-irradiance$/ }).click();
  await page.getByRole('link', { name: 'pv-irradiance@champion' }).click();
  await page.getByRole('heading', { name: /^Card of version/ }).waitFor({ timeout: SOON_MS });
});

test('a model is pushed by file; what is not ONNX is refused with the reason', async () => {
  const { page, demo } = world;
  await page.goto(`${demo.url}/models?tab=push`);
  const file = page.locator('input[type=file]');
  await file.setInputFiles({
    name: 'second-opinion.onnx',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('not a model'),
  });
  await page.getByRole('button', { name: 'Push', exact: true }).click();
  await page
    .getByRole('alert')
    .getByText(/nothing was stored/)
    .waitFor({ timeout: SOON_MS });
  errors.splice(0, errors.length, ...errors.filter((text) => !text.includes('/api/models/second-opinion/versions')));
  const buffer = readFileSync(join(root, 'examples/pv-irradiance/model/pv-irradiance.onnx'));
  await file.setInputFiles({ name: 'second-opinion.onnx', mimeType: 'application/octet-stream', buffer });
  await page.getByRole('button', { name: 'Push', exact: true }).click();
  await page.getByRole('link', { name: 'second-opinion version 1' }).click();
  await page.getByRole('heading', { name: 'Signature' }).waitFor({ timeout: SOON_MS });
});

test('a change is planned, applied, watched across a reload, and undone', { timeout: 240_000 }, async () => {
  const { page, demo } = world;
  await page.goto(`${demo.url}/flows/pv-irradiance?tab=definition`);
  await page.getByRole('link', { name: 'Edit' }).click();
  const editor = page.getByRole('textbox', { name: 'Definition of pv-irradiance' });
  const written = await editor.inputValue();
  assert.match(written, /above: 250/);
  await editor.fill(written.replace('above: 250', 'above: 240'));
  await page.getByRole('button', { name: 'Plan', exact: true }).first().click();
  await page
    .getByText('above', { exact: false })
    .filter({ hasText: 'spec.steps' })
    .first()
    .waitFor({ timeout: SOON_MS });
  await page.getByText('nodes that act').locator('..').getByText('3', { exact: true }).waitFor({ timeout: SOON_MS });
  await page.getByLabel('Because').fill('warn a little earlier');
  await page.getByRole('button', { name: 'Apply this plan' }).click();
  await page.waitForURL(/\/changes\/\d+/, { timeout: SOON_MS });
  const applied = page.url();
  await page.getByText('3 of 3 healthy').waitFor({ timeout: 90_000 });
  await page.reload();
  await page.getByText('3 of 3 healthy').waitFor({ timeout: SOON_MS });
  await page.getByRole('button', { name: 'Undo …' }).click();
  await page.getByRole('button', { name: 'Undo it now' }).click();
  await page.waitForURL((url) => url.href !== applied, { timeout: SOON_MS });
  await page.getByText('3 of 3 healthy').waitFor({ timeout: 90_000 });
  await page.goto(`${demo.url}/flows/pv-irradiance?tab=definition`);
  await page.getByText('above').first().waitFor({ timeout: SOON_MS });
  assert.match(
    (await page.getByRole('region', { name: 'Definition of pv-irradiance' }).textContent()) ?? '',
    /above: 250/,
  );
});

test('broken YAML names its line and changes nothing', async () => {
  const { page, demo } = world;
  await page.goto(`${demo.url}/change?kind=Site`);
  await page
    .getByRole('textbox', { name: /^Definition of/ })
    .fill('kind: Site\nname: broken\nspec:\n  title: "no end\n');
  await page.getByRole('button', { name: 'Plan', exact: true }).first().click();
  await page
    .getByRole('alert')
    .getByText(/line \d+, column \d+/)
    .waitFor({ timeout: SOON_MS });
  assert.equal(await page.getByRole('button', { name: 'Apply this plan' }).count(), 0);
});

test('the palette finds a node by a few letters', async () => {
  const { page, demo } = world;
  await page.goto(`${demo.url}/`);
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor({ timeout: SOON_MS });
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Site, node, tag, model, page or action').fill('piedmont');
  await page.getByText('Node at piedmont').click();
  await page.waitForURL(/\/nodes\/piedmont/, { timeout: SOON_MS });
});

test('signing out forgets, signing in comes back to the page that was asked for', async () => {
  const { page, demo } = world;
  await page.goto(`${demo.url}/settings`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: SOON_MS });
  await page.goto(`${demo.url}/deployments`);
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'pv', exact: true }).waitFor({ timeout: SOON_MS });
});

test('every page is accessible in both themes, on a desk and on a phone', { timeout: 300_000 }, async () => {
  const { page, demo } = world;
  const folder = flags.screenshots;
  if (typeof folder === 'string') mkdirSync(folder, { recursive: true });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const problems: string[] = [];
  for (const path of await pagePaths(page, demo.url)) {
    await page.goto(demo.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor({ timeout: SOON_MS });
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: SOON_MS });
    for (const { width, colorScheme } of looks) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ timeout: SOON_MS });
      await page.evaluate(PAINTED);
      const found = await accessibilityProblems(page);
      problems.push(...found.map((problem) => `${colorScheme} ${width} ${problem}`));
      if (typeof folder !== 'string') continue;
      const name = path === '/' ? 'overview' : path.slice(1).replaceAll(/[^a-z0-9]+/gi, '-');
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
    }
  }
  assert.deepEqual(problems, []);
});

test('nothing was written to the error console of the browser', () => {
  assert.deepEqual(errors, []);
});

/** Resolves when what changed is on the screen: before that, colours of both themes may be measured against each other. */
const PAINTED = `new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
  .then(() => Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)))
  .then(() => undefined)`;

async function pagePaths(page: Page, url: string): Promise<string[]> {
  const nodes = await page.request.get(`${url}/api/nodes`);
  const [{ name: node, site }] = ((await nodes.json()) as { items: [{ name: string; site: string }] }).items;
  const tabs = (path: string, words: readonly string[]) => [path, ...words.map((word) => `${path}?tab=${word}`)];
  return [
    '/',
    '/sites',
    ...tabs(`/sites/${site}`, ['alarms', 'nodes', 'events', 'history', 'definition']),
    '/nodes',
    ...tabs(`/nodes/${node}`, [
      'workloads',
      'connectors',
      'streams',
      'manifest',
      'logs',
      'events',
      'history',
      'definition',
    ]),
    ...tabs('/equipment', ['tags']),
    ...tabs('/equipment/inverter', ['nodes', 'history', 'definition']),
    '/flows',
    ...tabs('/flows/pv-irradiance', ['nodes', 'history', 'definition']),
    ...tabs('/models', ['push']),
    ...tabs('/models/pv-irradiance', ['push', 'history', 'definition']),
    '/deployments',
    ...tabs('/deployments/pv', ['releases', 'history', 'definition']),
    ...tabs('/alarms', ['rules']),
    ...tabs('/events', ['changes']),
    '/changes/1',
    '/change?kind=Deployment&name=pv',
    ...tabs('/settings', ['enrol', 'tokens']),
    '/no-such-page',
  ];
}
