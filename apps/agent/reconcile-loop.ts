import type { Clock } from '../../adapters/system/clock.ts';
import type { Random } from '../../adapters/system/random.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import type { Report } from '../../contracts/report.ts';
import type { Step } from '../../contracts/steps.ts';
import { sayStep } from '../../core/base/say-event.ts';
import type { AgentDecisions, AgentLimits } from './agent-ports.ts';
import type { KeptManifest } from './manifest-keeper.ts';
import { createRetryTable } from './retry-table.ts';
import { createRunnerWatch } from './runner-watch.ts';
import { executeStep } from './steps/execute-step.ts';
import type { StepContext } from './steps/step-context.ts';
import { createWakeUp } from './wake-up.ts';

/** Artifacts fetched at once. */
const FETCHES_MAX = 2;
/** A step that failed so often is shown as stuck. */
const STUCK_AFTER = 2;
/** While a runner is on its way back it is looked at so often. */
const RECOVERING_EVERY_MS = 50;

/** Brings what runs to what the manifest asks for, for ever. */
export interface ReconcileLoop {
  run(signal: AbortSignal): Promise<void>;
  /** Something changed: look now. */
  wake(): void;
  /** There is a line again: what waits for it may be tried at once. */
  lineUp(): void;
  onExit(runner: string, because: string): void;
  converged(): boolean;
  stuck(): Report['stuck'];
}

export type ReconcileContext = Omit<StepContext, 'manifest'>;

export function createReconcileLoop(
  ports: { clock: Clock; random: Random },
  decide: AgentDecisions,
  limits: Pick<AgentLimits, 'reconcileEveryMs' | 'retryBaseMs' | 'retryMaxMs' | 'stableAfterMs'>,
  context: ReconcileContext,
  facts: { kept(): KeptManifest | null; emit(event: AgentEvent): void; beforeEach(): void },
): ReconcileLoop {
  const { clock } = ports;
  const retries = createRetryTable(ports.random, { baseMs: limits.retryBaseMs, maxMs: limits.retryMaxMs });
  const watch = createRunnerWatch();
  const wakeUp = createWakeUp(clock);
  const fetching = new Set<string>();
  /** Starts, by key, that have not proven stable yet, and when they were done, monotonic. */
  const startedAt = new Map<string, number>();
  let plannedFor: number | null = null;
  let left = Number.POSITIVE_INFINITY;
  let announced: number | null = null;

  const now = () => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });

  const failed = (step: Step, because: string) => {
    const attempt = retries.failed(keyOf(step), { what: sayStep(step), because }, now());
    facts.emit({ kind: 'step-failed', step, because, attempt });
  };

  const execute = async (step: Step, manifest: KeptManifest, signal: AbortSignal): Promise<void> => {
    const fromMs = clock.monotonic();
    try {
      await executeStep(step, { ...context, manifest: manifest.manifest });
      if (signal.aborted) return;
      if (step.kind === 'start-workload') startedAt.set(keyOf(step), clock.monotonic());
      else retries.succeeded(keyOf(step));
      facts.emit({ kind: 'step-done', step, tookMs: Math.round(clock.monotonic() - fromMs) });
    } catch (error) {
      if (!signal.aborted) failed(step, error instanceof Error ? error.message : String(error));
    }
  };

  /** What falls again and again soon after it was started waits longer each time; a first fall does not wait. */
  const noteFalls = (steps: readonly Step[]) => {
    const keys = new Map(steps.map((step) => [keyOf(step), step]));
    for (const [key, doneAtMs] of startedAt) {
      const step = keys.get(key);
      if (step !== undefined) {
        startedAt.delete(key);
        retries.failed(key, { what: sayStep(step), because: step.because, free: 1 }, now());
      } else if (clock.monotonic() - doneAtMs >= limits.stableAfterMs) {
        startedAt.delete(key);
        retries.succeeded(key);
      }
    }
  };

  const mayRun = (step: Step): boolean => {
    if (step.kind === 'fetch-artifact') {
      if (fetching.has(step.artifact.sha256) || fetching.size >= FETCHES_MAX || context.session() === null)
        return false;
    }
    return (retries.get(keyOf(step))?.notBeforeMs ?? 0) <= clock.monotonic();
  };

  const plan = async (): Promise<Step[]> => {
    const kept = facts.kept();
    const artifacts = await context.artifacts.list();
    const { workloads } = context.workloads.observe();
    for (const event of watch.look(workloads, clock.monotonic())) facts.emit(event);
    // A node that has no manifest yet, or lost it, leaves everything as it is.
    const steps =
      kept === null
        ? []
        : decide.planSteps(kept.manifest, { workloads, artifacts: artifacts.map(({ sha256 }) => sha256) });
    noteFalls(steps);
    retries.keepOnly(new Set([...steps.map(keyOf), ...startedAt.keys()]));
    plannedFor = kept?.manifest.number ?? null;
    left = steps.length;
    if (left === 0 && plannedFor !== null && announced !== plannedFor) {
      announced = plannedFor;
      facts.emit({ kind: 'converged', manifestNumber: plannedFor });
    }
    return steps;
  };

  /** Does what can be done now. True when something was done, so that it is worth to look again at once. */
  const round = async (signal: AbortSignal): Promise<boolean> => {
    facts.beforeEach();
    const steps = await plan();
    const kept = facts.kept();
    let did = false;
    for (const step of steps) {
      if (signal.aborted || kept === null || facts.kept() !== kept) return true;
      if (!mayRun(step)) continue;
      if (step.kind === 'fetch-artifact') {
        // A slow line must not keep what runs from being started again.
        fetching.add(step.artifact.sha256);
        void execute(step, kept, signal).finally(() => {
          fetching.delete(step.artifact.sha256);
          wakeUp.wake();
        });
      } else {
        did = true;
        await execute(step, kept, signal);
      }
    }
    return did;
  };

  const waitMs = () => {
    const nowMs = clock.monotonic();
    const retryMs = [...retries.all().values()].map(({ notBeforeMs }) => notBeforeMs - nowMs).filter((ms) => ms > 0);
    const everyMs = watch.recovering(nowMs) ? RECOVERING_EVERY_MS : limits.reconcileEveryMs;
    return Math.max(1, Math.min(everyMs, ...retryMs));
  };

  return {
    run: async (signal) => {
      while (!signal.aborted) {
        const again = await round(signal);
        if (!again && !signal.aborted) await wakeUp.sleep(waitMs(), signal).catch(() => {});
      }
    },
    wake: () => wakeUp.wake(),
    lineUp: () => {
      retries.hurry('fetch-artifact');
      wakeUp.wake();
    },
    onExit: (runner, because) => {
      watch.exited(runner, clock.monotonic());
      left = Number.POSITIVE_INFINITY;
      announced = null;
      facts.emit({ kind: 'runner-exited', runner, because });
      wakeUp.wake();
    },
    converged: () => left === 0 && plannedFor === (facts.kept()?.manifest.number ?? null),
    stuck: () => {
      for (const { what, count, because, since } of retries.all().values()) {
        if (count >= STUCK_AFTER) return { step: what, because, attempts: count, since };
      }
      return null;
    },
  };
}

/** Names a step, so that its failures are counted together. */
function keyOf(step: Step): string {
  switch (step.kind) {
    case 'fetch-artifact':
      return `fetch-artifact ${step.artifact.sha256}`;
    case 'start-workload':
      return `start-workload ${step.workload.id} ${step.workload.digest}`;
    case 'stop-workload':
      return `stop-workload ${step.id}`;
    case 'remove-artifact':
      return `remove-artifact ${step.sha256}`;
  }
}
