import type { Artifacts } from '../../../adapters/artifacts/port.ts';
import type { Journal } from '../../../adapters/journal/port.ts';
import type { LinkClient } from '../../../adapters/link/port.ts';
import type { Workloads } from '../../../adapters/workloads/port.ts';
import type { Manifest } from '../../../contracts/manifest.ts';
import type { EnrolledIdentity } from '../identity.ts';
import type { SitePolicy } from '../site-policy.ts';

/** What executors of steps may use. */
export interface StepContext {
  readonly artifacts: Artifacts;
  readonly journal: Journal;
  readonly link: LinkClient;
  readonly workloads: Workloads;
  readonly policy: SitePolicy;
  readonly identity: EnrolledIdentity;
  /** The manifest that the step was planned from. */
  readonly manifest: Manifest;
  /** Bearer of the open line; null while there is none. */
  session(): string | null;
}
