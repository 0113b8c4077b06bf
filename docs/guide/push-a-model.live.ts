import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, openPage } from './run-page.ts';

test('push-a-model.md, block by block', { timeout: 120_000 }, async (t) => {
  const page = await openPage([8080]);
  t.after(() => page.stop());
  for (const block of blocksOf('push-a-model.md')) {
    const printed = await page.follow(block);
    if (block.text.includes('./orla up')) await page.until('./orla get models', /There is no Model yet/);
    if (block.text.includes('--alias champion')) {
      assert.match(printed, /pv-irradiance:1 pushed/);
      assert.match(printed, /Card of version 1/);
    }
    if (block.text.includes('./orla get versions')) assert.match(printed, /pv-irradiance:1 was there already/);
    if (block.text.includes('./orla plan -f flow.yaml')) assert.match(printed, /\+ create Flow forecast/);
    if (block.text.includes('./orla plan -f model.yaml')) assert.match(printed, /Nothing would change/);
  }
});
