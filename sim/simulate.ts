import { checkWorld } from './check-world.ts';
import { makeScenario, type Scenario } from './scenario.ts';
import { createWorld, type Sabotage, type World } from './world.ts';

/** After the trouble everything must be at rest within this long: a rollout that is rolled back, a backlog, retries. */
const CALM_MS = 60_000;

export interface Simulated {
  readonly scenario: Scenario;
  readonly wrong: readonly string[];
  /** How much happened, so that a run which shows nothing is noticed. */
  readonly acknowledged: number;
  readonly manifests: number;
  readonly refusedManifests: number;
  readonly rolledBack: number;
}

/** Runs one seed to its end. The seed alone decides everything, so a failure repeats. */
export async function simulate(seed: number, sabotage?: Sabotage): Promise<Simulated> {
  const scenario = makeScenario(seed);
  const world = await createWorld(scenario, sabotage);
  try {
    await world.trouble();
    await world.calm(CALM_MS);
    return { scenario, wrong: await checkWorld(world), ...(await figures(world)) };
  } finally {
    await world.stop();
  }
}

async function figures(world: World): Promise<Omit<Simulated, 'scenario' | 'wrong'>> {
  const events = world.nodes.flatMap((node) => node.events);
  return {
    acknowledged: world.nodes.reduce((sum, node) => sum + node.acknowledged.length, 0),
    manifests: world.nodes.reduce((sum, node) => sum + node.acceptedManifests.length, 0),
    refusedManifests: events.filter((event) => event.kind === 'manifest-refused').length,
    rolledBack: await world.rolledBack(),
  };
}
