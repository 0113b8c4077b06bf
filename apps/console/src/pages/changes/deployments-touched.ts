import type { Change } from '../../../../../contracts/changes.ts';

interface Kept {
  name: string;
  spec: Readonly<Record<string, unknown>>;
}

/** The deployments whose releases some changes can move: they, a flow of theirs, or a model that such a flow uses, changed. */
export function deploymentsTouched(
  changes: readonly Change[],
  deployments: readonly Kept[],
  flows: readonly Kept[],
): Set<string> {
  const changed = (kind: string) => new Set(changes.filter((change) => change.kind === kind).map(({ name }) => name));
  const models = changed('Model');
  const touchedFlows = changed('Flow');
  for (const { name, spec } of flows) {
    if (modelsOf(spec).some((model) => models.has(model))) touchedFlows.add(name);
  }
  const touched = changed('Deployment');
  for (const { name, spec } of deployments) {
    if ((spec['flows'] as string[] | undefined)?.some((flow) => touchedFlows.has(flow))) touched.add(name);
  }
  return touched;
}

function modelsOf(spec: Kept['spec']): string[] {
  const steps = (spec['steps'] ?? []) as { model?: { use: string } }[];
  return steps.flatMap(({ model }) => (model === undefined ? [] : [model.use.split(/[@:]/)[0]!]));
}
