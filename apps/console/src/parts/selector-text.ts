import type { Selector } from '../../../../contracts/selector.ts';

/** Which nodes a selector means, as people say it. */
export function selectorText(selector: Selector): string {
  const said = [
    ...(selector.all === undefined ? [] : ['every node']),
    ...Object.entries(selector.labels ?? {}).map(([key, value]) => `${key}: ${value}`),
    ...(selector.sites === undefined ? [] : [`sites ${selector.sites.join(', ')}`]),
    ...(selector.nodes === undefined ? [] : [`nodes ${selector.nodes.join(', ')}`]),
  ];
  return said.join(' and ');
}
