import type { ConnectorSpec } from '../../contracts/kinds/connector.ts';
import type { Kind } from '../../contracts/resource.ts';
import type { Resources } from './mirror.ts';

const NAMED_MAX = 5;

/**
 * What would no longer work without a resource that was in `before`: `Deployment pv`, … of those that stay in `resources`.
 * Empty when nothing uses it.
 */
export function usersOf(before: Resources, resources: Resources, kind: Kind, name: string): string[] {
  switch (kind) {
    case 'Site':
      return named(resources.Node, 'Node', (node) => node.spec.site === name);
    case 'Flow':
      return named(resources.Deployment, 'Deployment', (deployment) => deployment.spec.flows.includes(name));
    case 'Model':
      return named(resources.Flow, 'Flow', (flow) => modelsIn(flow.spec).some((use) => use.split(/[@:]/)[0] === name));
    case 'ModelVersion': {
      const version = before.ModelVersion.get(name)?.spec;
      if (version === undefined) return [];
      const pinned = `${version.model}:${version.version}`;
      return [
        ...named(resources.Flow, 'Flow', (flow) => modelsIn(flow.spec).includes(pinned)),
        ...named(
          resources.Model,
          'Model',
          (model) => model.name === version.model && Object.values(model.spec.aliases).includes(version.version),
        ),
      ];
    }
    case 'Secret':
      return named(resources.Connector, 'Connector', (connector) => mentions(connector.spec, `\${secret.${name}}`));
    default:
      return [];
  }
}

/** The users as a part of a sentence. */
export function usersText(users: readonly string[]): string {
  const more = users.length - NAMED_MAX;
  return more > 0 ? `${users.slice(0, NAMED_MAX).join(', ')} and ${more} more` : users.join(', ');
}

function named<T extends { name: string }>(
  kept: ReadonlyMap<string, T>,
  kind: string,
  uses: (one: T) => boolean,
): string[] {
  return [...kept.values()]
    .filter(uses)
    .map((one) => `${kind} ${one.name}`)
    .sort();
}

function modelsIn(flow: { steps: readonly { model?: { use: string } | undefined }[] }): string[] {
  return flow.steps.flatMap((step) => (step.model === undefined ? [] : [String(step.model.use)]));
}

function mentions(spec: ConnectorSpec, reference: string): boolean {
  return JSON.stringify(spec).includes(reference);
}
