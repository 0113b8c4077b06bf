import type { Problem } from '../../contracts/errors.ts';
import type { PinnedModel } from '../../contracts/manifest.ts';
import type { Resource } from '../../contracts/resource.ts';
import { digestOf } from '../base/digest.ts';
import { nearest } from '../base/nearest.ts';
import { effectiveLabels, selects } from '../compile/select-nodes.ts';
import type { Release, ReleaseBody } from './release.ts';

export interface ReleaseFacts {
  readonly deployment: Resource<'Deployment'>;
  readonly flows: readonly Resource<'Flow'>[];
  readonly models: readonly Resource<'Model'>[];
  readonly versions: readonly Resource<'ModelVersion'>[];
  readonly connectors: readonly Resource<'Connector'>[];
  readonly nodes: readonly Resource<'Node'>[];
  readonly sites: readonly Resource<'Site'>[];
  readonly latest: Release | null;
}

export type PlannedRelease =
  | { kind: 'unchanged' }
  | { kind: 'make'; release: number; digest: string; body: ReleaseBody; because: string }
  | { kind: 'problem'; problems: Problem[] };

/** The deployment's next release, if what it refers to differs from the latest one. */
export function planRelease(facts: ReleaseFacts): PlannedRelease {
  const problems: Problem[] = [];
  const { deployment } = facts;
  const flows: Record<string, ReleaseBody['flows'][string]> = {};
  for (const [index, name] of deployment.spec.flows.entries()) {
    const flow = facts.flows.find((f) => f.name === name);
    if (flow === undefined) {
      problems.push(
        unknown(
          `Deployment ${deployment.name}: spec.flows[${index}]`,
          'flow',
          name,
          facts.flows.map((f) => f.name),
        ),
      );
    } else {
      flows[name] = flow.spec;
    }
  }
  const models: Record<string, PinnedModel> = {};
  for (const [name, flow] of Object.entries(flows)) {
    for (const [index, step] of flow.steps.entries()) {
      if (step.model === undefined) continue;
      const where = `Flow ${name}: spec.steps[${index}].model.use`;
      const pinned = pinModel(String(step.model.use), where, facts);
      if ('message' in pinned) problems.push(pinned);
      else models[String(step.model.use)] = pinned;
    }
  }
  if (problems.length > 0) return { kind: 'problem', problems };

  const siteOf = new Map(facts.sites.map((site) => [site.name, site]));
  // A site without nodes counts as one: a release made before its first node enrols already has what that node needs.
  const selected = [
    ...facts.nodes.map((node) => ({
      name: node.name,
      site: node.spec.site,
      labels: effectiveLabels(node, siteOf.get(node.spec.site)),
    })),
    ...facts.sites.map((site) => ({ name: '', site: site.name, labels: site.labels })),
  ].filter((node) => selects(deployment.spec.target, node));
  const connectors = Object.fromEntries(
    facts.connectors
      .filter((connector) => selected.some((node) => selects(connector.spec.target, node)))
      .map((connector) => [connector.name, connector.spec]),
  );
  const { rollout: _how, paused: _paused, ...what } = deployment.spec;
  const body: ReleaseBody = { spec: deployment.spec, flows, models, connectors };
  const digest = digestOf({ what, flows, models, connectors });
  if (facts.latest !== null && facts.latest.digest === digest) return { kind: 'unchanged' };
  return {
    kind: 'make',
    release: (facts.latest?.release ?? 0) + 1,
    digest,
    body,
    because: facts.latest === null ? 'first release' : difference(facts.latest.body, body),
  };
}

/** The version that a model reference means now. */
function pinModel(use: string, where: string, facts: ReleaseFacts): PinnedModel | Problem {
  const match = /^([a-z0-9-]+)(?:@([a-z0-9-]+)|:(\d+))$/.exec(use);
  if (match === null) {
    return {
      where,
      message: `"${use}" is not a model reference`,
      hint: 'Write name@alias or name:version, without variables.',
    };
  }
  const [, name, alias, number] = match as unknown as [string, string, string | undefined, string | undefined];
  const model = facts.models.find((m) => m.name === name);
  if (model === undefined)
    return unknown(
      where,
      'model',
      name,
      facts.models.map((m) => m.name),
      `Push it: orla model push FILE --name ${name}`,
    );
  const version = alias === undefined ? Number(number) : model.spec.aliases[alias];
  if (version === undefined)
    return unknown(
      where,
      `alias of ${name}`,
      alias!,
      Object.keys(model.spec.aliases),
      `Move it: orla model push FILE --name ${name} --alias ${alias}`,
    );
  const kept = facts.versions.find((v) => v.spec.model === name && v.spec.version === version);
  if (kept === undefined) {
    return {
      where,
      message: `version ${version} of the model ${name} does not exist`,
      hint: `See the versions: orla describe model ${name}`,
    };
  }
  return {
    name,
    version,
    artifact: { sha256: kept.spec.artifact, sizeBytes: kept.spec.sizeBytes },
    signature: kept.spec.signature,
  };
}

function unknown(where: string, what: string, name: string, known: readonly string[], otherwise?: string): Problem {
  const close = nearest(name, known);
  return {
    where,
    message: `there is no ${what} "${name}"`,
    hint: close === undefined ? (otherwise ?? 'Apply it first, or together with this.') : `Did you mean "${close}"?`,
  };
}

/** One sentence of what differs between two releases. */
function difference(before: ReleaseBody, after: ReleaseBody): string {
  const said: string[] = [];
  for (const part of ['flows', 'connectors'] as const) {
    for (const name of union(before[part], after[part])) {
      const [a, b] = [before[part][name], after[part][name]];
      const word = part === 'flows' ? 'flow' : 'connector';
      if (a === undefined) said.push(`${word} ${name} added`);
      else if (b === undefined) said.push(`${word} ${name} removed`);
      else if (digestOf(a) !== digestOf(b)) said.push(`${word} ${name} changed`);
    }
  }
  for (const use of union(before.models, after.models)) {
    const [a, b] = [before.models[use], after.models[use]];
    if (a !== undefined && b !== undefined && a.version !== b.version)
      said.push(`model ${b.name} ${a.version} → ${b.version}`);
  }
  if (said.length === 0) said.push('deployment changed');
  return said.join(', ');
}

function union(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}
