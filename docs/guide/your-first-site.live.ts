import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, openPage } from './run-page.ts';

test('your-first-site.md, block by block', { timeout: 240_000 }, async (t) => {
  const page = await openPage([8080, 15_020]);
  t.after(() => page.stop());
  for (const block of blocksOf('your-first-site.md')) {
    const printed = await page.follow(block);
    if (block.text.startsWith('# in a terminal of its own\n./orla up')) {
      await page.until('./orla get sites', /There is none yet|NAME/);
    }
    if (block.text.includes('./orla get sites')) assert.match(printed, /farm.*no nodes yet/);
    if (block.text.includes('./orla enrol')) {
      const line = /^\s*(\.\/orla agent --join .*)$/m.exec(printed)?.[1];
      assert.ok(line, printed);
      await page.keep(line);
    }
    if (block.text.includes('./orla get nodes')) await page.until('./orla get nodes', /farm-1 +farm +● healthy/);
    if (block.text.includes('./orla apply -f connectors.yaml')) {
      assert.match(printed, /charging release 1: done/);
      await page.until('./orla get streams', /farm-1 +readings +[1-9]/);
      await page.until('./orla get streams', /farm-1 +decisions +[1-9]/);
    }
    if (block.text.includes('./orla describe node')) {
      assert.match(printed, /shared\/flow\/charge-by-sun +● healthy/);
      assert.match(printed, /battery +modbus +connected +good/);
    }
    if (block.text.includes('./orla delete deployment')) {
      await page.until('./orla get deployments', /There is none yet/);
      const number = /^ *(\d+) .*deleted Deployment charging/m.exec(
        await page.until('./orla get changes', /deleted Deployment/),
      )?.[1];
      await page.follow({ language: 'sh', text: `./orla undo ${number}` });
      await page.until('./orla get deployments', /charging +● healthy/);
    }
  }
  const writes = await page.until('./orla get streams -o json', /decisions/);
  assert.ok(JSON.parse(writes).items.length >= 3);
});
