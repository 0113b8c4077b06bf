import type { Connector, ConnectorPorts } from '../../adapters/connectors/port.ts';
import type { ResolvedConnector } from '../../contracts/kinds/connector.ts';
import type { ConnectorWorkload } from '../../contracts/manifest.ts';
import type { Scalar } from '../../contracts/names.ts';
import type { Health, ObservedConnector } from '../../contracts/report.ts';
import type { WriteOutcome } from '../../contracts/runner.ts';
import { fillSecrets } from './fill-secrets.ts';

export type CreateConnector = (spec: ResolvedConnector, ports: ConnectorPorts) => Connector;

/** A connector at work, within what the site allows. */
export interface ConnectorHost {
  readonly workload: ConnectorWorkload;
  start(): void;
  /** `tag` as equipment/tag. 'refused' when the site's own policy does not allow it. */
  write(tag: string, value: Scalar): Promise<WriteOutcome>;
  observe(): ObservedConnector;
  judge(): { health: Health; because?: string };
  stop(): Promise<void>;
}

/** Throws 'invalid-resource' or 'not-found' when it cannot run as it is. */
export function createConnectorHost(
  workload: ConnectorWorkload,
  given: { secrets: Readonly<Record<string, string>>; writableTags: readonly string[] },
  create: CreateConnector,
  ports: ConnectorPorts,
): ConnectorHost {
  const spec = { ...workload.connector, config: fillSecrets(workload.connector.config, given.secrets) };
  const connector = create(spec, ports);
  const writable = new Set(given.writableTags);
  const definedWritable = new Set(
    spec.tags.filter((tag) => tag.writable).map((tag) => `${spec.equipment}/${tag.name}`),
  );
  return {
    workload,
    start: connector.start,
    write: async (tag, value) => {
      if (definedWritable.has(tag) && !writable.has(tag)) {
        return { outcome: 'refused', previous: null, because: "the site's own policy does not allow writing it" };
      }
      return connector.write(tag, value);
    },
    observe: () => ({ id: workload.id, ...connector.observe() }),
    judge: () => {
      const { phase, because, lastAnswerAt } = connector.observe();
      if (phase === 'connected' && lastAnswerAt !== undefined) return { health: 'healthy' };
      if (because !== undefined) return { health: 'unhealthy', because };
      return { health: 'unknown', because: phase };
    },
    stop: connector.stop,
  };
}
