import type { Health } from '../../contracts/report.ts';
import type { Counts } from '../../contracts/views.ts';

/**
 * The five counts of a deployment: nodes selected; of those, nodes that have its current release; and the health of
 * all selected ones. healthy + unhealthy + unknown = target.
 */
export function countDeployment(
  nodes: readonly { readonly observedRelease: number | null; readonly health: Health }[],
  current: number | null,
): Counts {
  const of = (health: Health) => nodes.filter((node) => node.health === health).length;
  return {
    target: nodes.length,
    actual: current === null ? 0 : nodes.filter((node) => node.observedRelease === current).length,
    healthy: of('healthy'),
    unhealthy: of('unhealthy'),
    unknown: of('unknown'),
  };
}
