import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from './errors.ts';
import { buildRequest, parseAnswer, parseFailure } from './request.ts';

test('path parameters are encoded and absent query values left out', () => {
  const request = buildRequest('records', {
    params: { node: 'a-1', stream: 'scores' },
    query: { newest: 5, flow: undefined },
  });
  assert.equal(request.method, 'GET');
  assert.equal(request.path, '/api/nodes/a-1/streams/scores?newest=5');
  assert.equal(request.body, undefined);
});

test('a JSON body travels as text, bytes travel untouched', () => {
  const signIn = buildRequest('signIn', { body: { email: 'a@b.example', password: 'long enough' } });
  assert.equal(signIn.headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(String(signIn.body)), { email: 'a@b.example', password: 'long enough' });
  const bytes = new Uint8Array([1, 2, 3]);
  const push = buildRequest('pushModel', { params: { model: 'ghi' }, query: { alias: 'champion' }, body: bytes });
  assert.equal(push.path, '/api/models/ghi/versions?alias=champion');
  assert.equal(push.headers['content-type'], 'application/octet-stream');
  assert.equal(push.body, bytes);
});

test('a missing path parameter is a clear error', () => {
  assert.throws(
    () => buildRequest('node', { params: { node: '' } }),
    (error) => error instanceof EdgeError && error.code === 'bad-request' && error.message.includes('node'),
  );
});

test('an answer is parsed by its contract, and one that breaks it names the place', () => {
  assert.deepEqual(parseAnswer('me', { name: 'Ada', email: 'a@b.example', role: 'viewer' }).role, 'viewer');
  assert.throws(
    () => parseAnswer('me', { name: 'Ada', email: 'a@b.example', role: 'queen' }),
    (error) => error instanceof EdgeError && error.code === 'corrupt' && error.where === '/api/me role',
  );
});

test('a failure keeps code, place, hint and problems; a foreign body keeps its status', () => {
  const failure = parseFailure('plan', 422, {
    error: {
      code: 'invalid-flow',
      message: 'a cycle',
      where: 'steps[2]',
      hint: 'Break it.',
      problems: [{ message: 'x' }],
    },
  });
  assert.equal(failure.code, 'invalid-flow');
  assert.equal(failure.where, 'steps[2]');
  assert.equal(failure.hint, 'Break it.');
  assert.deepEqual(failure.problems, [{ message: 'x' }]);
  assert.equal(parseFailure('me', 401, '<html>').code, 'unauthenticated');
  assert.equal(parseFailure('me', 418, undefined).code, 'internal');
});
