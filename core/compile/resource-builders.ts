import { DeploymentSpec } from '../../contracts/kinds/deployment.ts';
import { FlowSpec } from '../../contracts/kinds/flow.ts';
import type { Resource } from '../../contracts/resource.ts';

const kept = { labels: {}, generation: 1, createdAt: 0, updatedAt: 0 };

/** A site for tests and previews: `aSite({ name: 'piedmont' })`. */
export function aSite(
  part: Partial<Omit<Resource<'Site'>, 'spec'>> & { spec?: Partial<Resource<'Site'>['spec']> } = {},
): Resource<'Site'> {
  return {
    ...kept,
    kind: 'Site',
    name: 'piedmont',
    ...part,
    spec: { latitude: 45, longitude: 8, timeZone: 'Europe/Rome', variables: {}, ...part.spec },
  };
}

export function aNode(
  part: Partial<Omit<Resource<'Node'>, 'spec'>> & { spec?: Partial<Resource<'Node'>['spec']> } = {},
): Resource<'Node'> {
  return {
    ...kept,
    kind: 'Node',
    name: 'piedmont-1',
    ...part,
    spec: { site: 'piedmont', publicKey: 'AAAA', sealingKey: 'AAAA', class: 'generic', variables: {}, ...part.spec },
  };
}

export function aConnector(
  part: Partial<Omit<Resource<'Connector'>, 'spec'>> & { spec?: Partial<Resource<'Connector'>['spec']> } = {},
): Resource<'Connector'> {
  return {
    ...kept,
    kind: 'Connector',
    name: 'weather',
    ...part,
    spec: {
      target: { all: true },
      equipment: 'weather',
      protocol: 'modbus',
      config: { host: '127.0.0.1', port: 502 },
      scan: '1s',
      staleAfter: '30s',
      tags: [
        { name: 'ghi', type: 'number', unit: 'W/m2', writable: false, source: { address: 1 }, dataClass: 'internal' },
        { name: 'limit', type: 'number', unit: '%', writable: true, source: { address: 2 }, dataClass: 'internal' },
      ],
      ...part.spec,
    },
  };
}

export function aFlowResource(
  part: Partial<Omit<Resource<'Flow'>, 'spec'>> & { spec?: Partial<Resource<'Flow'>['spec']> } = {},
): Resource<'Flow'> {
  return {
    ...kept,
    kind: 'Flow',
    name: 'watch',
    ...part,
    spec: FlowSpec.parse({
      inputs: { ghi: { tag: 'weather/ghi', unit: 'W/m2' } },
      steps: [{ id: 'high', when: { value: 'ghi', above: 800 } }],
      ...part.spec,
    }),
  };
}

export function aDeployment(
  part: Partial<Omit<Resource<'Deployment'>, 'spec'>> & { spec?: Partial<Resource<'Deployment'>['spec']> } = {},
): Resource<'Deployment'> {
  return {
    ...kept,
    kind: 'Deployment',
    name: 'pv',
    ...part,
    spec: DeploymentSpec.parse({ target: { all: true }, flows: ['watch'], ...part.spec }),
  };
}
