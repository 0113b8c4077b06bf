import type { Problem } from '../../contracts/errors.ts';
import { type ConnectorSpec, ResolvedConnector } from '../../contracts/kinds/connector.ts';
import { builtInStreams, type FlowSpec, ResolvedFlowSpec } from '../../contracts/kinds/flow.ts';
import type { ConnectorWorkload, FlowWorkload, Manifest, PinnedModel } from '../../contracts/manifest.ts';
import type { Scalar } from '../../contracts/names.ts';
import { StreamPolicy } from '../../contracts/records.ts';
import type { Resource } from '../../contracts/resource.ts';
import { digestOf } from '../base/digest.ts';
import { checkFlow } from '../flow/check-flow.ts';
import type { TagFact } from '../flow/flow-facts.ts';
import type { Release } from '../release/release.ts';
import { resolveVariables, type VariableScope } from './resolve-variables.ts';
import { effectiveLabels, selects } from './select-nodes.ts';

export interface CompileFacts {
  readonly node: Resource<'Node'>;
  readonly site: Resource<'Site'>;
  /** The releases that this node should run now, one for each deployment. */
  readonly releases: readonly Release[];
  /** Connectors as they are kept; those that no release of this node carries take effect at once. */
  readonly connectors: readonly Resource<'Connector'>[];
  readonly secrets: readonly Resource<'Secret'>[];
}

/** A manifest before it has a number, a date and a signature. */
export type ManifestBody = Omit<Manifest, 'number' | 'issuedAt'>;

export type Compiled =
  | { kind: 'compiled'; body: ManifestBody; digest: string }
  | { kind: 'problem'; problems: Problem[] };

/** The stream that every agent keeps for its own events. */
export const EVENTS_STREAM = 'events';
/** The runner that hosts everything that does not ask for its own. */
export const SHARED_RUNNER = 'shared';

/**
 * Everything one node should run and know, from the resources that concern it. The same facts always give the same
 * body and digest. With problems there is no manifest: the node keeps the one that it has.
 */
export function compileManifest(facts: CompileFacts): Compiled {
  const problems: Problem[] = [];
  const usedSecrets = new Set<string>();
  const connectors = resolveConnectors(facts, problems, usedSecrets);
  const flows = facts.releases.flatMap((release) => resolveFlows(release, facts, connectors, problems));
  for (const [name, several] of Map.groupBy(flows, (flow) => flow.name)) {
    if (several.length > 1) {
      problems.push({
        where: `Flow ${name}`,
        message: `the deployments ${several.map((f) => f.release.deployment).join(' and ')} both bring the flow "${name}" to this node`,
        hint: 'Narrow the target of one of them.',
      });
    }
  }
  const streams = mergeStreams(flows, problems);
  if (problems.length > 0) return { kind: 'problem', problems };

  const flowWorkloads = flows.map((flow) => flowWorkload(flow, connectors));
  const { site, node } = facts;
  const body: ManifestBody = {
    format: 1,
    node: node.name,
    site: {
      name: site.name,
      ...(site.spec.title === undefined ? {} : { title: site.spec.title }),
      latitude: site.spec.latitude,
      longitude: site.spec.longitude,
      timeZone: site.spec.timeZone,
    },
    releases: Object.fromEntries(facts.releases.map((r) => [r.deployment, r.release])),
    workloads: [...connectorWorkloads(connectors, flowWorkloads), ...flowWorkloads],
    streams,
    secrets: Object.fromEntries(
      facts.secrets.filter((s) => usedSecrets.has(s.name)).map((s) => [s.name, s.spec.sealed[node.name]!]),
    ),
  };
  return { kind: 'compiled', body, digest: digestOf(body) };
}

function scopeOf(facts: CompileFacts, variables: Readonly<Record<string, Scalar>>): VariableScope {
  const { site, node } = facts;
  return {
    variables: { ...variables, ...site.spec.variables, ...node.spec.variables },
    site: {
      ...site.spec.variables,
      name: site.name,
      latitude: site.spec.latitude,
      longitude: site.spec.longitude,
      timeZone: site.spec.timeZone,
      ...(site.spec.altitudeM === undefined ? {} : { altitudeM: site.spec.altitudeM }),
    },
    node: { ...node.spec.variables, name: node.name, class: node.spec.class },
    secrets: facts.secrets.filter((s) => s.spec.sealed[node.name] !== undefined).map((s) => s.name),
  };
}

function resolveConnectors(facts: CompileFacts, problems: Problem[], usedSecrets: Set<string>): ResolvedConnector[] {
  const node = { name: facts.node.name, site: facts.node.spec.site, labels: effectiveLabels(facts.node, facts.site) };
  const chosen = new Map<string, { spec: ConnectorSpec; variables: Readonly<Record<string, Scalar>> }>();
  for (const connector of facts.connectors) chosen.set(connector.name, { spec: connector.spec, variables: {} });
  // Of two deployments that carry the same connector, the newer release is nearer to what people last looked at.
  for (const release of [...facts.releases].sort((a, b) => a.madeAt - b.madeAt)) {
    for (const [name, spec] of Object.entries(release.body.connectors)) {
      chosen.set(name, { spec, variables: release.body.spec.variables });
    }
  }
  const resolved: ResolvedConnector[] = [];
  for (const [name, { spec, variables }] of [...chosen].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { target, ...rest } = spec;
    if (!selects(target, node)) continue;
    const result = resolveVariables({ name, ...rest }, scopeOf(facts, variables), `Connector ${name}: spec`);
    problems.push(...result.problems);
    for (const secret of result.secrets) usedSecrets.add(secret);
    const parsed = ResolvedConnector.safeParse(result.value);
    if (parsed.success) resolved.push(parsed.data);
    else
      problems.push(
        ...parsed.error.issues.map((i) => ({
          where: `Connector ${name}: spec.${i.path.join('.')}`,
          message: i.message,
        })),
      );
  }
  for (const [equipment, several] of Map.groupBy(resolved, (c) => c.equipment)) {
    if (several.length > 1) {
      problems.push({
        where: `Connector ${several.at(-1)!.name}: spec.equipment`,
        message: `the connectors ${several.map((c) => c.name).join(' and ')} both call their equipment "${equipment}" at this node`,
        hint: 'Give one another equipment name, or narrow its target.',
      });
    }
  }
  return resolved;
}

interface ResolvedFlow {
  name: string;
  release: Release;
  spec: ResolvedFlowSpec;
  models: Record<string, PinnedModel>;
  equipment: string[];
}

function resolveFlows(
  release: Release,
  facts: CompileFacts,
  connectors: readonly ResolvedConnector[],
  problems: Problem[],
): ResolvedFlow[] {
  const tags: Record<string, TagFact> = Object.fromEntries(
    connectors.flatMap((c) => c.tags.map((tag) => [`${c.equipment}/${tag.name}`, tag])),
  );
  return Object.entries(release.body.flows).flatMap(([name, flow]) => {
    const at = `Flow ${name}: spec`;
    const resolved = resolveVariables(flow, { ...scopeOf(facts, release.body.spec.variables), secrets: [] }, at);
    problems.push(...resolved.problems);
    if (resolved.problems.length > 0) return [];
    const parsed = ResolvedFlowSpec.safeParse(resolved.value);
    if (!parsed.success) {
      problems.push(...parsed.error.issues.map((i) => ({ where: `${at}.${i.path.join('.')}`, message: i.message })));
      return [];
    }
    const models = Object.fromEntries(modelsOf(flow).map((use) => [use, release.body.models[use]!]));
    const found = checkFlow(parsed.data, { tags, models });
    problems.push(...found.map((p) => ({ ...p, where: `${at}${p.where === undefined ? '' : `.${p.where}`}` })));
    const equipment = [...new Set(tagsOf(parsed.data).map((path) => path.split('/')[0]!))].sort();
    return [{ name, release, spec: parsed.data, models, equipment }];
  });
}

function modelsOf(flow: FlowSpec): string[] {
  return flow.steps.flatMap((step) => (step.model === undefined ? [] : [String(step.model.use)]));
}

/** Every tag that a flow reads or writes. */
export function tagsOf(flow: ResolvedFlowSpec): string[] {
  return [...Object.values(flow.inputs).map((input) => input.tag), ...writesOf(flow)];
}

/** Every tag that a flow may write; a flow's right to write is part of what a plan shows. */
export function writesOf(flow: ResolvedFlowSpec): string[] {
  return flow.steps.flatMap((step) => (step.write === undefined ? [] : [step.write.tag]));
}

function mergeStreams(flows: readonly ResolvedFlow[], problems: Problem[]): Record<string, StreamPolicy> {
  const declared: Record<string, { policy: StreamPolicy; by: string }> = {};
  for (const flow of flows) {
    for (const [stream, policy] of Object.entries(flow.spec.streams)) {
      const other = declared[stream];
      if (other !== undefined && digestOf(other.policy) !== digestOf(policy)) {
        problems.push({
          where: `Flow ${flow.name}: spec.streams.${stream}`,
          message: `the flows ${other.by} and ${flow.name} want different policies for the stream "${stream}"`,
          hint: 'Make them equal, or use two streams.',
        });
      }
      declared[stream] = { policy, by: flow.name };
    }
  }
  const fallback = StreamPolicy.parse({});
  return {
    ...Object.fromEntries([...builtInStreams, EVENTS_STREAM].map((stream) => [stream, fallback])),
    ...Object.fromEntries(Object.entries(declared).map(([stream, { policy }]) => [stream, policy])),
  };
}

function runnerOf(flow: ResolvedFlow): string {
  return flow.spec.isolation === 'dedicated' ? `flow-${flow.name}`.slice(0, 63) : SHARED_RUNNER;
}

function connectorId(runner: string, name: string): string {
  return `${runner}/connector/${name}`;
}

function flowWorkload(flow: ResolvedFlow, connectors: readonly ResolvedConnector[]): FlowWorkload {
  const runner = runnerOf(flow);
  return {
    id: `${runner}/flow/${flow.name}`,
    kind: 'flow',
    digest: digestOf({ flow: flow.spec, models: flow.models, runner }),
    runner,
    name: flow.name,
    deployment: flow.release.deployment,
    release: flow.release.release,
    flow: flow.spec,
    models: flow.models,
    after: connectors.filter((c) => flow.equipment.includes(c.equipment)).map((c) => connectorId(runner, c.name)),
  };
}

/** Each connector in every runner whose flows use it; one that no flow uses is still watched, in the shared runner. */
function connectorWorkloads(
  connectors: readonly ResolvedConnector[],
  flows: readonly FlowWorkload[],
): ConnectorWorkload[] {
  return connectors.flatMap((connector) => {
    const users = flows.filter((flow) => flow.after.includes(connectorId(flow.runner, connector.name)));
    const runners = users.length === 0 ? [SHARED_RUNNER] : [...new Set(users.map((flow) => flow.runner))].sort();
    return runners.map(
      (runner): ConnectorWorkload => ({
        id: connectorId(runner, connector.name),
        kind: 'connector',
        digest: digestOf({ connector, runner }),
        runner,
        connector,
      }),
    );
  });
}
