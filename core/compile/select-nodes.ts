import type { Labels } from '../../contracts/names.ts';
import type { Selector } from '../../contracts/selector.ts';

/** What a selector looks at. */
export interface Selectable {
  readonly name: string;
  readonly site: string;
  /** Effective labels: see `effectiveLabels`. */
  readonly labels: Readonly<Labels>;
}

/** A node has its site's labels and its own; its own win. */
export function effectiveLabels(
  node: { readonly labels: Labels },
  site: { readonly labels: Labels } | undefined,
): Labels {
  return { ...site?.labels, ...node.labels };
}

/** Whether a selector means this node. Every condition that it names must hold. */
export function selects(selector: Selector, node: Selectable): boolean {
  if (selector.nodes !== undefined && !selector.nodes.includes(node.name)) return false;
  if (selector.sites !== undefined && !selector.sites.includes(node.site)) return false;
  return Object.entries(selector.labels ?? {}).every(([key, value]) => node.labels[key] === value);
}
