import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';
import { createRefresher } from '../src/live/refresher.ts';

test('a burst of events asks once for each answer that it makes out of date, and for nothing else', () => {
  const client = new QueryClient();
  for (const name of ['node', 'deployments', 'me']) client.setQueryData([name, {}], 1);
  let asked = 0;
  const waiting: (() => void)[] = [];
  const refresher = createRefresher(client, (run) => {
    waiting.push(run);
    return () => undefined;
  });
  client.getQueryCache().subscribe(({ type }) => {
    if (type === 'updated') asked += 1;
  });
  for (let i = 0; i < 100; i += 1) refresher.take({ kind: 'node', node: 'a-1' });
  assert.equal(waiting.length, 1);
  for (const run of waiting) run();
  assert.equal(client.getQueryState(['node', {}])?.isInvalidated, true);
  assert.equal(client.getQueryState(['deployments', {}])?.isInvalidated, false);
  assert.equal(client.getQueryState(['me', {}])?.isInvalidated, false);
  assert.equal(asked, 1);
  client.clear();
});
