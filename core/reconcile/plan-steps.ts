import type { Manifest, Workload } from '../../contracts/manifest.ts';
import type { ObservedWorkload } from '../../contracts/report.ts';
import type { Step } from '../../contracts/steps.ts';

/** What the node sees of itself. */
export interface Observed {
  readonly workloads: readonly Pick<ObservedWorkload, 'id' | 'kind' | 'digest' | 'runner' | 'phase' | 'because'>[];
  /** SHA-256 of the artifacts that are present and verified. */
  readonly artifacts: readonly string[];
}

/**
 * What can be done now to bring a node from what is observed to what is desired; the loop asks again after each round.
 *
 * INVARIANTS
 * - Nothing to do exactly when every desired workload runs with its digest, nothing else runs, and no artifact is spare.
 * - A workload is never started before its artifacts are present and what it comes after is running.
 * - One that runs is replaced in place, never stopped first, so no sample is lost between.
 * - Artifacts go last, when all else is done: until then the node can still go back.
 */
export function planSteps(desired: Pick<Manifest, 'workloads'> | null, observed: Observed): Step[] {
  const wanted = new Map((desired?.workloads ?? []).map((workload) => [workload.id, workload]));
  const steps = [...planStops(wanted, observed), ...planStarts(wanted, observed)];
  return steps.length > 0 ? steps : planRemovals(wanted, observed);
}

function planStops(wanted: ReadonlyMap<string, Workload>, observed: Observed): Step[] {
  const spare = observed.workloads.filter((workload) => !wanted.has(workload.id));
  return spare
    .filter(
      (workload) => workload.kind === 'flow' || !spare.some((w) => w.kind === 'flow' && w.runner === workload.runner),
    )
    .map((workload) => ({
      kind: 'stop-workload',
      id: workload.id,
      runner: workload.runner,
      because: 'the manifest no longer names it',
    }));
}

function planStarts(wanted: ReadonlyMap<string, Workload>, observed: Observed): Step[] {
  const seen = new Map(observed.workloads.map((workload) => [workload.id, workload]));
  const present = new Set(observed.artifacts);
  const runsAsWanted = (workload: Workload): boolean => {
    const now = seen.get(workload.id);
    return now !== undefined && now.digest === workload.digest && now.phase !== 'failed';
  };
  const running = (id: string): boolean =>
    seen.get(id)?.phase === 'running' && seen.get(id)?.digest === wanted.get(id)?.digest;
  const steps: Step[] = [];
  const fetching = new Set<string>();
  for (const workload of wanted.values()) {
    // Also for one that runs: it could not start again without them.
    const missing = artifactsOf(workload).filter((artifact) => !present.has(artifact.sha256));
    for (const artifact of missing) {
      if (fetching.has(artifact.sha256)) continue;
      fetching.add(artifact.sha256);
      steps.push({ kind: 'fetch-artifact', artifact, because: `${workload.id} needs it` });
    }
    if (runsAsWanted(workload)) continue;
    const waitsFor = workload.kind === 'flow' ? workload.after.filter((id) => !running(id)) : [];
    if (missing.length > 0 || waitsFor.length > 0) continue;
    const now = seen.get(workload.id);
    steps.push({
      kind: 'start-workload',
      workload,
      replaces: now === undefined || now.digest === workload.digest ? null : now.digest,
      because: whyStart(workload, now),
    });
  }
  return steps;
}

function whyStart(workload: Workload, now: Observed['workloads'][number] | undefined): string {
  if (now === undefined) return 'it is not running';
  if (now.digest !== workload.digest) return 'it runs with an older definition';
  return `it failed${now.because === undefined ? '' : `: ${now.because}`}`;
}

function planRemovals(wanted: ReadonlyMap<string, Workload>, observed: Observed): Step[] {
  const needed = new Set([...wanted.values()].flatMap(artifactsOf).map((artifact) => artifact.sha256));
  return observed.artifacts
    .filter((sha256) => !needed.has(sha256))
    .map((sha256) => ({ kind: 'remove-artifact', sha256, because: 'nothing that runs here needs it' }));
}

/** The artifacts that a workload needs. */
export function artifactsOf(workload: Workload): { sha256: string; sizeBytes: number }[] {
  return workload.kind === 'flow' ? Object.values(workload.models).map((model) => model.artifact) : [];
}
