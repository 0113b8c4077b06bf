import type { Artifacts } from '../../adapters/artifacts/port.ts';
import type { Journal } from '../../adapters/journal/port.ts';
import type { LinkClient } from '../../adapters/link/port.ts';
import type { Clock } from '../../adapters/system/clock.ts';
import type { Files } from '../../adapters/system/files.ts';
import type { Machine } from '../../adapters/system/machine.ts';
import type { Random } from '../../adapters/system/random.ts';
import type { CreateWorkloads } from '../../adapters/workloads/port.ts';
import { planSteps } from '../../core/reconcile/plan-steps.ts';

/** Everything outside an agent. `files` is its data directory; the journal and the artifacts may lie in it too. */
export interface AgentPorts {
  clock: Clock;
  random: Random;
  files: Files;
  link: LinkClient;
  journal: Journal;
  artifacts: Artifacts;
  createWorkloads: CreateWorkloads;
  observeMachine(): Machine;
}

/** How a node that is not enrolled yet gets in. */
export interface Join {
  token: string;
  /** Id of the root key that the enrolment line named: the beginning of all trust. */
  rootKeyId: string;
  node?: string | undefined;
  class?: string | undefined;
}

export interface AgentConfig {
  version: string;
  /** Needed until the node is enrolled, and ignored afterwards. */
  join: Join | null;
  limits?: Partial<AgentLimits>;
}

/** Periods and bounds of the loops. */
export interface AgentLimits {
  /** What runs is compared with the manifest at least this often. */
  reconcileEveryMs: number;
  /** A report follows an event after this long, so that several events share one. */
  reportSoonMs: number;
  /** Window of the delay before connecting again. */
  linkBaseMs: number;
  linkMaxMs: number;
  /** From opening a line until the welcome. */
  handshakeMs: number;
  /** Records that were not acknowledged for so long are sent again. */
  resendAfterMs: number;
  /** Frames of records of one stream on their way at once. */
  framesInFlight: number;
  /** What a backlog may use of the line; records of streams without one go first and are not limited. */
  backlogBytesPerSecond: number;
  /** Window of the delay before a failed step, or the start of what keeps failing, is tried again. */
  retryBaseMs: number;
  retryMaxMs: number;
  /** What ran so long did not fail because of how it was started. */
  stableAfterMs: number;
}

export const defaultLimits: AgentLimits = {
  reconcileEveryMs: 1000,
  reportSoonMs: 200,
  linkBaseMs: 500,
  linkMaxMs: 60_000,
  handshakeMs: 15_000,
  resendAfterMs: 5000,
  framesInFlight: 4,
  backlogBytesPerSecond: 1024 * 1024,
  retryBaseMs: 500,
  retryMaxMs: 60_000,
  stableAfterMs: 60_000,
};

/** What an agent asks `core`; an argument, so that the simulation can show that a wrong decision is noticed. */
export interface AgentDecisions {
  planSteps: typeof planSteps;
}

export const decisions: AgentDecisions = { planSteps };
