import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoProblems } from './demo-problems.ts';

const aSite = (name: string) => ({
  name,
  predictions: 40,
  decisions: 5,
  writes: 3,
  alarms: 1,
  mae: 40,
  rmse: 60,
  maePersistence: 90,
  maeSmartPersistence: 50,
  skill: 0.1,
  decisionMs: { p50: 2, p99: 5 },
  records: { published: 100, stored: 100, lost: 0, duplicated: 0 },
  whileCut: { predictions: 12, decisions: 2, writes: 1 },
});
const good = () => ({
  sites: ['greensboro', 'piedmont', 'colorado'].map(aSite),
  startup: { installedToFirstPredictionMs: 20_000 },
  controlPlane: { rssMb: 120 },
  agents: [1, 2, 3].map(() => ({ rssMb: 90, runnerRssMb: 120 })),
  recoveryMs: {
    line: 900,
    backlog: 1500,
    controlPlane: 2000,
    agent: { started: 500, nextPrediction: 1500 },
    runner: { started: 400, nextPrediction: 1200 },
  },
});

test('a whole run is good', () => {
  assert.deepEqual(demoProblems(JSON.stringify(good())), []);
});

test('each gap is found', () => {
  const broken: [string, (summary: ReturnType<typeof good>) => unknown][] = [
    ['lost', (summary) => Object.assign(summary.sites[0]!.records, { lost: 1 })],
    ['duplicated', (summary) => Object.assign(summary.sites[1]!.records, { duplicated: 2 })],
    ['stored', (summary) => Object.assign(summary.sites[1]!.records, { stored: 99 })],
    ['predictions', (summary) => Object.assign(summary.sites[2]!, { predictions: 0 })],
    ['whileCut', (summary) => Object.assign(summary.sites[2]!.whileCut, { predictions: 0 })],
    ['skill', (summary) => Object.assign(summary.sites[2]!, { skill: null })],
    ['sites', (summary) => summary.sites.pop()],
    ['recoveryMs.runner', (summary) => Object.assign(summary.recoveryMs.runner, { nextPrediction: null })],
    ['recoveryMs.line', (summary) => Object.assign(summary.recoveryMs, { line: 31_000 })],
    ['startup', (summary) => Object.assign(summary.startup, { installedToFirstPredictionMs: 61_000 })],
    ['agents.1', (summary) => Object.assign(summary.agents[1]!, { runnerRssMb: null })],
  ];
  for (const [what, breakIt] of broken) {
    const summary = good();
    breakIt(summary);
    const problems = demoProblems(JSON.stringify(summary));
    assert.ok(
      problems.some((problem) => problem.includes(what)),
      `${what}: ${problems.join('; ')}`,
    );
  }
});

test('anything but one JSON object is refused', () => {
  assert.equal(demoProblems('').length, 1);
  assert.equal(demoProblems('starting\n{}').length, 1);
});
