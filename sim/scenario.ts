import { prng } from '../core/base/prng.ts';

/** What happens to the simulated fleet, as data: the same seed gives the same scenario. */
export type Happening =
  | { at: number; does: 'change-flow'; threshold: number }
  | { at: number; does: 'change-connector'; node: number; port: number }
  | { at: number; does: 'move-alias'; version: number }
  | { at: number; does: 'break-release' }
  | { at: number; does: 'add-connector' }
  | { at: number; does: 'remove-connector' }
  | { at: number; does: 'cut-line'; node: number; forMs: number }
  | { at: number; does: 'kill-agent'; node: number; forMs: number }
  | { at: number; does: 'cut-power'; node: number; forMs: number; seed: number }
  | { at: number; does: 'kill-runner'; node: number }
  | { at: number; does: 'kill-centre'; forMs: number }
  | { at: number; does: 'fill-disk'; node: number; forMs: number }
  | { at: number; does: 'fill-centre'; forMs: number }
  | { at: number; does: 'replay-manifest'; node: number }
  | { at: number; does: 'jump-clock'; byMs: number };

export interface Scenario {
  readonly seed: number;
  readonly nodes: number;
  readonly lose: number;
  readonly duplicate: number;
  readonly delayMaxMs: number;
  readonly breakFetch: number;
  /** Trouble lasts this long; afterwards everything is well and the fleet must come to rest. */
  readonly troubleMs: number;
  readonly happenings: readonly Happening[];
}

const TROUBLE_MS = 45_000;
const HAPPENINGS_MAX = 14;

/** Draws a scenario: between no trouble at all and every kind of it at once. */
export function makeScenario(seed: number): Scenario {
  const random = prng(`scenario ${seed}`);
  const nodes = 1 + random.below(4);
  const heavy = random.number();
  const happenings = Array.from({ length: random.below(HAPPENINGS_MAX + 1) }, () => draw()).sort((a, b) => a.at - b.at);
  return {
    seed,
    nodes,
    lose: heavy * 0.3 * random.number(),
    duplicate: heavy * 0.3 * random.number(),
    delayMaxMs: 1 + Math.floor(heavy * 3000 * random.number()),
    breakFetch: heavy * random.number(),
    troubleMs: TROUBLE_MS,
    happenings,
  };

  function draw(): Happening {
    const at = 1000 + random.below(TROUBLE_MS - 1000);
    const node = random.below(nodes);
    const forMs = 100 + random.below(15_000);
    switch (random.below(15)) {
      case 0:
        return { at, does: 'change-flow', threshold: random.below(1000) };
      case 1:
        return { at, does: 'change-connector', node, port: 1000 + random.below(1000) };
      case 2:
        return { at, does: 'move-alias', version: 1 + random.below(2) };
      case 3:
        return { at, does: 'break-release' };
      case 4:
        return { at, does: 'cut-line', node, forMs };
      case 5:
        return { at, does: 'kill-agent', node, forMs };
      case 6:
        return { at, does: 'cut-power', node, forMs, seed: random.below(1e9) };
      case 7:
        return { at, does: 'kill-runner', node };
      case 8:
        return { at, does: 'kill-centre', forMs };
      case 9:
        return { at, does: 'fill-disk', node, forMs };
      case 10:
        return { at, does: 'fill-centre', forMs };
      case 11:
        return { at, does: 'replay-manifest', node };
      case 12:
        return { at, does: 'add-connector' };
      case 13:
        return { at, does: 'remove-connector' };
      default:
        return { at, does: 'jump-clock', byMs: random.below(7_200_000) - 3_600_000 };
    }
  }
}
