import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrolProofText, linkProofText } from './signed-texts.ts';

test('the text of a proof names everything but the token itself', () => {
  const request = { token: 'secret-token', node: 'pi-1', publicKey: 'P', sealingKey: 'S', class: 'x' };
  assert.equal(
    enrolProofText(request),
    '{"node":"pi-1","publicKey":"P","purpose":"orla-enrol-1","sealingKey":"S","sha256":' +
      '"930bbdc51b6aed5c2a5678fd6e28dee7a05e8a4b643cfc0b4427c3efb86c0d94"}',
  );
  assert.ok(!enrolProofText(request).includes('secret-token'));
  assert.notEqual(enrolProofText(request), enrolProofText({ ...request, token: 'other' }));
});

test('a proof of the link binds the node and both nonces', () => {
  const proof = { node: 'pi-1', nodeNonce: 'A', centreNonce: 'B' };
  assert.equal(linkProofText(proof), '{"centreNonce":"B","node":"pi-1","nodeNonce":"A","purpose":"orla-link-1"}');
});
