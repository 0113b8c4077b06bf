import type { Workload } from '../../contracts/manifest.ts';
import type { Checkpoint } from '../../contracts/records.ts';
import type { LiveValues, LogLine, ObservedConnector, ObservedWorkload } from '../../contracts/report.ts';
import type { Publication } from '../../contracts/runner.ts';

/** What a workload needs besides its definition. */
export interface StartContext {
  artifacts: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  /** `equipment/tag` that the site's own policy lets be written. */
  writableTags: readonly string[];
  checkpoint: Checkpoint | null;
}

export interface WorkloadsObserved {
  workloads: readonly ObservedWorkload[];
  connectors: readonly ObservedConnector[];
  rssBytes: number;
}

/** What the agent hears from its workloads. */
export interface WorkloadsListener {
  /**
   * Records and the checkpoint that belongs to them. The promise resolves when they are durable, or rejects when
   * the journal would not take them; the sender keeps a bounded number of unanswered batches and then holds back.
   */
  onBatch(records: readonly Publication[], checkpoint: Checkpoint | null): Promise<void>;
  onLive(live: LiveValues): void;
  onLog(line: LogLine): void;
  /** A process that hosted workloads is gone; they will be observed as failed until started again. */
  onExit(runner: string, because: string): void;
}

/** Hosts flows and connectors in runner processes, so that the agent never crashes with one. */
export interface Workloads {
  observe(): WorkloadsObserved;
  /**
   * Starts a workload, or swaps it in for the one with the same id (no sample is lost between). Resolves when the
   * host has taken it, and `observe` shows it; health follows there. Repeating it with the same digest does nothing,
   * unless it failed. Rejects with the host's reason, then the one before goes on; 'unreachable' or 'timeout' when the
   * host cannot be started or does not answer.
   */
  start(workload: Workload, context: StartContext): Promise<void>;
  /** Resolves when it is gone; so it is when it never ran. */
  stop(id: string): Promise<void>;
  /** Send live values for so long; 0 stops. */
  watch(forMs: number): void;
  close(): Promise<void>;
}

export type CreateWorkloads = (listener: WorkloadsListener) => Workloads;
