import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { aCli, fetchFrom } from '../cli-builders.ts';
import { runCommandLine } from '../program.ts';
import { newLines } from './logs.ts';
import { flagsOf } from './programs.ts';

const aPlan = (more: object = {}) => ({
  digest: 'd1',
  changes: [],
  nodes: [],
  rollouts: [],
  downloadBytes: 0,
  problems: [],
  ...more,
});
const created = { action: 'create', kind: 'Site', name: 'here', generation: null, fields: [] };
const aChange = {
  number: 7,
  at: 1,
  actor: 'token:x',
  action: 'created',
  kind: 'Site',
  name: 'here',
  before: null,
  after: null,
  previousHash: '',
  hash: 'h',
};
const site = 'kind: Site\nname: here\nspec:\n  latitude: 45\n  longtude: 8\n';
const environment = { url: 'http://orla.test', token: 'secret' };

function run(args: string[], answers: Record<string, unknown>, input = '') {
  const fetch = fetchFrom(answers);
  const cli = aCli({ fetch, environment, input: Readable.from([input]) });
  return runCommandLine(cli, '0.1.0', args).then((code) => ({
    code,
    asked: fetch.asked,
    out: cli.printed(),
    err: cli.complained(),
  }));
}

test('apply sends what was planned with the digest of the plan', async () => {
  const answers = { 'POST /api/plan': aPlan({ changes: [created] }), 'POST /api/apply': { changes: [aChange] } };
  const { code, asked, out } = await run(['apply', '-f', '-', '--yes', '--because', 'why'], answers, site);
  assert.equal(code, 0);
  assert.match(out, /\+ create Site here/);
  assert.match(out, /Applied 1 change; `orla undo 7`/);
  const body = asked.find(({ path }) => path === '/api/apply')?.body as Record<string, unknown>;
  assert.equal(body['digest'], 'd1');
  assert.equal(body['because'], 'why');
  assert.equal(asked[0]?.headers.get('authorization'), 'Bearer secret');
});

test('apply without a yes and without a terminal changes nothing', async () => {
  const { code, asked, err } = await run(
    ['apply', '-f', '-'],
    { 'POST /api/plan': aPlan({ changes: [created] }) },
    site,
  );
  assert.equal(code, 2);
  assert.match(err, /--yes/);
  assert.deepEqual(
    asked.map(({ path }) => path),
    ['/api/plan'],
  );
});

test('apply of what is there already asks nothing and says so', async () => {
  const { code, asked, out } = await run(['apply', '-f', '-'], { 'POST /api/plan': aPlan() }, site);
  assert.equal(code, 0);
  assert.match(out, /Nothing would change/);
  assert.equal(asked.length, 1);
});

test('-o json prints exactly the answer, also fields that this release does not know', async () => {
  const answer = { changes: [aChange], somethingNew: 1 };
  const answers = { 'POST /api/plan': aPlan({ changes: [created] }), 'POST /api/apply': answer };
  const { out } = await run(['apply', '-f', '-', '-y', '-o', 'json'], answers, site);
  assert.deepEqual(JSON.parse(out), answer);
});

test('a problem of the plan is pointed at in the file', async () => {
  const problems = [
    { where: 'Site here: spec.longtude', message: 'Unknown field "longtude".', hint: 'Did you mean "longitude"?' },
  ];
  const { code, err } = await run(['plan', '-f', '-'], { 'POST /api/plan': aPlan({ problems }) }, site);
  assert.equal(code, 2);
  assert.match(err, /standard input:5:3/);
  assert.match(err, /Did you mean "longitude"/);
});

test('an error of the API gives its exit code, and as JSON its body', async () => {
  const { code, err } = await run(['get', 'site', 'nowhere', '-o', 'json'], {});
  assert.equal(code, 4);
  assert.equal(JSON.parse(err).error.code, 'not-found');
});

test('a control plane that is not there is exit code 6', async () => {
  const cli = aCli({ environment });
  assert.equal(await runCommandLine(cli, '0.1.0', ['get', 'nodes']), 6);
  assert.match(cli.complained(), /http:\/\/orla\.test/);
});

test('a command line that cannot be understood is exit code 2; help is 0', async () => {
  assert.equal((await run(['gett'], {})).code, 2);
  assert.equal((await run(['apply'], {})).code, 2);
  assert.equal((await run(['get', '-h'], {})).code, 0);
  assert.equal((await run([], {})).code, 0);
});

test('every command has a help with an example', async () => {
  const names = [
    'up',
    'agent',
    'demo',
    'login',
    'get',
    'describe',
    'top',
    'events',
    'logs',
    'plan',
    'apply',
    'delete',
    'undo',
    'rollback',
    'enrol',
  ];
  for (const words of [...names.map((name) => [name]), ['model', 'push'], ['secret', 'set']]) {
    const { code, out } = await run([...words, '-h'], {});
    assert.equal(code, 0, words.join(' '));
    assert.match(out, /Examples:\n {2}orla /, words.join(' '));
  }
});

test('a secret is sealed here: its value is in no request', async () => {
  const keptNode = {
    kind: 'Node',
    name: 'n1',
    labels: {},
    generation: 1,
    createdAt: 1,
    updatedAt: 1,
    spec: { site: 'here', publicKey: '', sealingKey: 'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo' },
  };
  const keptSite = {
    kind: 'Site',
    name: 'here',
    labels: { plant: 'pv' },
    generation: 1,
    createdAt: 1,
    updatedAt: 1,
    spec: {},
  };
  const answers = {
    'GET /api/resources/Node': { items: [keptNode], next: null },
    'GET /api/resources/Site': { items: [keptSite], next: null },
    'GET /api/resources/Secret': { items: [], next: null },
    'POST /api/plan': aPlan(),
    'POST /api/apply': { changes: [] },
  };
  const { code, asked, out } = await run(
    ['secret', 'set', 'pw', '-l', 'plant=pv', '--from-file', '-'],
    answers,
    'hunter2-value\n',
  );
  assert.equal(code, 0);
  assert.match(out, /sealed to 1 node: n1/);
  assert.ok(!JSON.stringify(asked.map(({ body }) => body)).includes('hunter2-value'));
  const body = asked.find(({ path }) => path === '/api/apply')?.body as { resources: { spec: { sealed: object } }[] };
  assert.deepEqual(Object.keys(body.resources[0]?.spec.sealed ?? {}), ['n1']);
  assert.equal((await run(['secret', 'set', 'pw', '--from-file', '-'], answers, 'x')).code, 2);
  assert.equal((await run(['secret', 'set', 'pw', '--nodes', 'zz', '--from-file', '-'], answers, 'x')).code, 4);
});

test('a rollout that is rolled back is an error, with the reason', async () => {
  const rollout = {
    from: 1,
    to: 2,
    phase: 'rolled-back',
    wave: 1,
    waves: 1,
    startedAt: 0,
    endedAt: 1500,
    because: '1 node unhealthy',
    nodes: [{ node: 'n1', phase: 'unhealthy', because: 'no model' }],
  };
  const view = {
    name: 'pv',
    labels: {},
    generation: 2,
    release: 1,
    health: 'healthy',
    because: '',
    rollout,
    releases: [],
    counts: { target: 1, actual: 1, healthy: 1, unhealthy: 0, unknown: 0 },
  };
  const answers = {
    'POST /api/plan': aPlan({
      changes: [created],
      rollouts: [{ deployment: 'pv', from: 1, nodes: 1, waves: 1, because: 'new flow' }],
    }),
    'POST /api/apply': { changes: [aChange] },
    'GET /api/deployments/pv': view,
  };
  const { code, out, err } = await run(['apply', '-f', '-', '-y'], answers, site);
  assert.equal(code, 1);
  assert.match(out, /pv release 2: rolled back in 1\.5 s; 1 node unhealthy/);
  assert.match(err, /was rolled back/);
});

test('new log lines are told from old ones of the same millisecond', () => {
  const line = (at: number, text: string) => ({ at, level: 'info' as const, from: 'agent', text });
  const before = [line(1, 'a'), line(2, 'b')];
  assert.deepEqual(newLines(before, [line(2, 'b'), line(2, 'c'), line(3, 'd')]), [line(2, 'c'), line(3, 'd')]);
  assert.deepEqual(newLines([], before), before);
});

test('options of a program are handed on as they were written', () => {
  assert.deepEqual(flagsOf({ data: 'x', tlsCert: 'c.pem', join: undefined, console: false }), [
    '--data',
    'x',
    '--tls-cert',
    'c.pem',
  ]);
});
