import type { PlannedNode } from '../../contracts/changes.ts';
import { Manifest, type Signed } from '../../contracts/manifest.ts';
import type { Resource } from '../../contracts/resource.ts';
import type { Step } from '../../contracts/steps.ts';
import { artifactsOf, type Observed, planSteps } from '../../core/reconcile/plan-steps.ts';
import type { Release } from '../../core/release/release.ts';
import type { Centre } from './centre.ts';
import { compileFor, problemText, signedManifest } from './manifest-loop.ts';
import type { Resources } from './mirror.ts';

/** Rounds of planning in one preview; more would be a plan that never ends. */
const ROUNDS_MAX = 100;

/** What a node would do with other resources and releases; null when its manifest stays the same. */
export async function planNode(
  centre: Centre,
  resources: Resources,
  node: Resource<'Node'>,
  releases: readonly Release[],
  because: string,
): Promise<(PlannedNode & { digest: string }) | null> {
  const { mirror } = centre;
  const compiled = compileFor(resources, node, releases);
  const common = { node: node.name, site: node.spec.site, because };
  if (compiled.kind === 'problem') {
    return { ...common, steps: [], writes: [], problem: problemText(compiled.problems), digest: '' };
  }
  if (mirror.manifests.get(node.name)?.digest === compiled.digest) return null;
  const before = readManifest(await signedManifest(centre, node.name));
  const steps = allSteps(compiled.body, observedAt(centre, node.name, before));
  const allowed = writesOf(before?.workloads ?? []);
  const writes = [...writesOf(compiled.body.workloads)].filter((tag) => !allowed.has(tag)).sort();
  return { ...common, steps, writes, problem: null, digest: compiled.digest };
}

/** Every step until there is nothing more to do, as if each went well. */
export function allSteps(desired: Pick<Manifest, 'workloads'>, observed: Observed): Step[] {
  const all: Step[] = [];
  let now = observed;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const steps = planSteps(desired, now);
    if (steps.length === 0) break;
    all.push(...steps);
    now = steps.reduce(afterStep, now);
  }
  return all;
}

function afterStep({ workloads, artifacts }: Observed, step: Step): Observed {
  switch (step.kind) {
    case 'fetch-artifact':
      return { workloads, artifacts: [...artifacts, step.artifact.sha256] };
    case 'remove-artifact':
      return { workloads, artifacts: artifacts.filter((sha256) => sha256 !== step.sha256) };
    case 'stop-workload':
      return { workloads: workloads.filter((one) => one.id !== step.id), artifacts };
    case 'start-workload': {
      const { id, kind, digest, runner } = step.workload;
      const others = workloads.filter((one) => one.id !== id);
      return { workloads: [...others, { id, kind, digest, runner, phase: 'running' }], artifacts };
    }
  }
}

/** What is known of the node: its last report, and the artifacts of the manifest that it has. */
function observedAt(centre: Centre, node: string, manifest: Manifest | undefined): Observed {
  const report = centre.mirror.reports.get(node)?.report;
  const has = report !== undefined && manifest !== undefined && report.manifestNumber === manifest.number;
  const artifacts = has ? manifest.workloads.flatMap(artifactsOf).map((artifact) => artifact.sha256) : [];
  return { workloads: report?.workloads ?? [], artifacts: [...new Set(artifacts)] };
}

function readManifest(signed: Signed | null): Manifest | undefined {
  return signed === null ? undefined : Manifest.parse(JSON.parse(signed.payload));
}

function writesOf(workloads: Manifest['workloads']): Set<string> {
  const flows = workloads.flatMap((workload) => (workload.kind === 'flow' ? [workload.flow] : []));
  return new Set(
    flows.flatMap((flow) => flow.steps.flatMap((step) => (step.write === undefined ? [] : [String(step.write.tag)]))),
  );
}
