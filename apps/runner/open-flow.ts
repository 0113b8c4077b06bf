import type { Session } from '../../adapters/runtimes/port.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { FlowWorkload } from '../../contracts/manifest.ts';
import { compileFlow } from '../../core/flow/compile-flow.ts';
import type { TagFact } from '../../core/flow/flow-facts.ts';
import type { ConnectorHost } from './connector-host.ts';
import { createFlowHost, type FlowHost, type FlowHostPorts } from './flow-host.ts';
import type { ModelCache } from './model-cache.ts';

/** A flow that is compiled and whose models are loaded and warm: making it run takes no time any more. */
export interface OpenedFlow {
  /** SHA-256 of the models that it holds in the cache. */
  readonly models: readonly string[];
  host(ports: Omit<FlowHostPorts, 'sessions'>): FlowHost;
}

/** 'invalid-flow', 'invalid-model' or 'not-found' with the reason; then nothing is held. */
export async function openFlow(
  workload: FlowWorkload,
  artifacts: Readonly<Record<string, string>>,
  cache: ModelCache,
  connectors: readonly ConnectorHost[],
): Promise<OpenedFlow> {
  const tags: Record<string, TagFact> = {};
  for (const { connector } of connectors.map((host) => host.workload)) {
    for (const tag of connector.tags) tags[`${connector.equipment}/${tag.name}`] = tag;
  }
  const flow = compileFlow(workload.name, workload.flow, { tags, models: workload.models });
  const sessions = new Map<string, Session>();
  const held: string[] = [];
  try {
    for (const [reference, { name, version, artifact }] of Object.entries(workload.models)) {
      const path = artifacts[artifact.sha256];
      if (path === undefined) {
        throw new EdgeError('not-found', `The artifact of the model ${name}:${version} was not given.`);
      }
      sessions.set(reference, await cache.open(artifact.sha256, path));
      held.push(artifact.sha256);
    }
  } catch (error) {
    await Promise.all(held.map(cache.release));
    throw error;
  }
  return { models: held, host: (ports) => createFlowHost(workload, flow, { ...ports, sessions }) };
}
