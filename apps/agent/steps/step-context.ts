import type { Artifacts } from '../../../adapters/artifacts/port.ts';
import type { LinkClient } from '../../../adapters/link/port.ts';
import type { Workloads } from '../../../adapters/workloads/port.ts';
import type { Manifest } from '../../../contracts/manifest.ts';
import type { Checkpoint } from '../../../contracts/records.ts';
import type { EnrolledIdentity } from '../identity.ts';
import type { SitePolicy } from '../site-policy.ts';

/** What executors of steps may use. */
export interface StepContext {
  readonly artifacts: Artifacts;
  readonly link: LinkClient;
  readonly workloads: Workloads;
  readonly policy: SitePolicy;
  readonly identity: EnrolledIdentity;
  /** The manifest that the step was planned from. */
  readonly manifest: Manifest;
  /** Bearer of the open line; null while there is none. */
  session(): string | null;
  /** The newest checkpoint of a workload, after everything that it has handed over so far is journalled or refused. */
  checkpointOf(id: string): Promise<Checkpoint | null>;
}
