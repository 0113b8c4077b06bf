/**
 * Puts steps after what they read, otherwise as listed. Steps that wait for each other are left out of the order;
 * `cycle` then names one such round, ending where it began.
 */
export function orderSteps(steps: readonly { id: string; reads: readonly string[] }[]): {
  order: number[];
  cycle: string[];
} {
  const indexOf = new Map(steps.map((step, index) => [step.id, index]));
  const placed = new Set<string>();
  const order = new Set<number>();
  for (let before = -1; before !== order.size; ) {
    before = order.size;
    steps.forEach((step, index) => {
      if (order.has(index) || !step.reads.every((name) => placed.has(name) || !indexOf.has(name))) return;
      order.add(index);
      placed.add(step.id);
    });
  }
  return { order: [...order], cycle: order.size === steps.length ? [] : findCycle(steps, order) };
}

function findCycle(steps: readonly { id: string; reads: readonly string[] }[], ordered: ReadonlySet<number>): string[] {
  const left = new Map(steps.filter((_, index) => !ordered.has(index)).map((step) => [step.id, step]));
  const path: string[] = [];
  let at = left.values().next().value;
  while (at !== undefined && !path.includes(at.id)) {
    path.push(at.id);
    at = at.reads.map((name) => left.get(name)).find((next) => next !== undefined);
  }
  return at === undefined ? [] : [...path.slice(path.indexOf(at.id)), at.id].reverse();
}
