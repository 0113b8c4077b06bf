import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { createAgentRig, someWorkloads } from './agent-rig.ts';
import { startLocalServer } from './local-server.ts';

const model = Buffer.from('a model');

function get(port: number, path: string, options: http.RequestOptions = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, ...options }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, text });
    });
    request.on('error', reject).end();
  });
}

test('the page of a node works without the centre, changes nothing, and shows no secret', async () => {
  const rig = createAgentRig();
  rig.centre.offer(model);
  const { agent, files } = await rig.start();
  await rig.clock.advance(2000);
  rig.centre.issue(rig.centre.manifestFor('pi-1', 1, { workloads: someWorkloads(model) }));
  await rig.clock.advance(3000);
  rig.network.serve(null);
  const server = await startLocalServer(agent, { host: '127.0.0.1', port: 0 });
  const page = await get(server.port, '/');
  assert.equal(page.status, 200);
  assert.match(page.text, /<!doctype html>/);
  await get(server.port, '/api/observed');
  await rig.clock.advance(3000);
  const { text } = await get(server.port, '/api/observed');
  const seen = JSON.parse(text);
  assert.deepEqual([seen.report.manifestNumber, seen.report.converged, seen.report.workloads.length], [1, true, 2]);
  assert.ok(seen.newest.length > 0, 'looking brings live values');
  assert.ok(seen.log.length > 0);
  const identity = JSON.parse(Buffer.from((await files.read('test', 'identity.json'))!).toString());
  for (const secret of [identity.signing.privateKey, identity.sealing.privateKey]) assert.ok(!text.includes(secret));
  assert.equal((await get(server.port, '/', { method: 'POST' })).status, 405);
  assert.equal((await get(server.port, '/other')).status, 404);
  assert.equal((await get(server.port, '/', { headers: { host: 'evil.example' } })).status, 403);
  await assert.rejects(startLocalServer(agent, { host: '127.0.0.1', port: server.port }), { code: 'port-in-use' });
  await server.close();
});

test('a page that cannot be answered now says so, and the agent goes on', async () => {
  const { agent } = await createAgentRig().start();
  const broken = { ...agent, observed: () => Promise.reject(new Error('the disk is gone')) };
  const server = await startLocalServer(broken, { host: '127.0.0.1', port: 0 });
  const answer = await get(server.port, '/api/observed');
  assert.deepEqual([answer.status, JSON.parse(answer.text)], [503, { error: 'the disk is gone' }]);
  assert.equal((await get(server.port, '/')).status, 200);
  await server.close();
});
