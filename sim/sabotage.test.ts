import assert from 'node:assert/strict';
import test from 'node:test';
import { planSteps } from '../core/reconcile/plan-steps.ts';
import { simulate } from './simulate.ts';
import type { Sabotage } from './world.ts';

/** Seeds within which a break must show. */
const SEEDS_MAX = 60;

/** What the simulation said about a system that was broken on purpose, at the first seed that noticed. */
async function firstNotice(sabotage: Sabotage, expected: RegExp): Promise<string> {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { wrong } = await simulate(seed, sabotage);
    const said = wrong.find((what) => expected.test(what));
    if (said !== undefined) return `seed ${seed}: ${said}`;
  }
  assert.fail(`${SEEDS_MAX} seeds did not notice it`);
}

const broken: { name: string; sabotage: Sabotage; notices: RegExp }[] = [
  {
    name: 'a planner that does not see what runs starts it twice',
    sabotage: { planSteps: (desired, { artifacts }) => planSteps(desired, { artifacts, workloads: [] }) },
    notices: /started .* twice/,
  },
  {
    name: 'a planner that never replaces what runs does not converge',
    sabotage: {
      planSteps: (desired, observed) =>
        planSteps(desired, observed).filter((step) => step.kind !== 'start-workload' || step.replaces === null),
    },
    notices: /is not converged|instead of/,
  },
  {
    name: 'a planner that never stops anything leaves behind what nobody wants',
    sabotage: {
      planSteps: (desired, observed) => planSteps(desired, observed).filter((step) => step.kind !== 'stop-workload'),
    },
    notices: /instead of/,
  },
  {
    name: 'a planner that does not wait for artifacts never gets its flow to run',
    sabotage: {
      planSteps: (desired, observed) => planSteps(desired, observed).filter((step) => step.kind !== 'fetch-artifact'),
    },
    notices: /instead of/,
  },
  {
    name: 'a journal that says durable before it is loses acknowledged records',
    sabotage: {
      journal: (journal) => ({
        ...journal,
        append: async (batch) => {
          journal.append(batch).catch(() => {});
          return { numbers: batch.records.map(() => 1), dropped: [] };
        },
      }),
    },
    notices: /lost the acknowledged record/,
  },
  {
    name: 'a journal that keeps a batch twice doubles records',
    sabotage: {
      journal: (journal) => ({
        ...journal,
        append: async (batch) => {
          await journal.append({ ...batch, checkpoint: null });
          return journal.append(batch);
        },
      }),
    },
    notices: /2 times/,
  },
  {
    name: 'a journal that forgets checkpoints publishes again what it had published',
    sabotage: { journal: (journal) => ({ ...journal, checkpoints: () => [] }) },
    notices: /\d times/,
  },
  {
    name: 'a journal that skips a record when it is read never gets the rest uploaded',
    sabotage: {
      journal: (journal) => ({
        ...journal,
        read: async (stream, after, limits) => {
          const part = await journal.read(stream, after, limits);
          return { ...part, records: part.records.filter((record) => record.number !== 7) };
        },
      }),
    },
    notices: /were not uploaded/,
  },
];

for (const { name, sabotage, notices } of broken) {
  test(name, async (t) => {
    t.diagnostic(await firstNotice(sabotage, notices));
  });
}
