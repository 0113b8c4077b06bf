import type { ConnectorSpec } from '../../contracts/kinds/connector.ts';
import type { DeploymentSpec } from '../../contracts/kinds/deployment.ts';
import type { FlowSpec } from '../../contracts/kinds/flow.ts';
import type { PinnedModel } from '../../contracts/manifest.ts';

/**
 * One immutable revision of a deployment: everything that its nodes will run, pinned, so that going back means
 * exactly what ran before. Variables of sites and nodes are not in it: they belong to the place, not to the change.
 */
export interface ReleaseBody {
  readonly spec: DeploymentSpec;
  readonly flows: Readonly<Record<string, FlowSpec>>;
  /** Model reference as flows write it → the version that it meant when the release was made. */
  readonly models: Readonly<Record<string, PinnedModel>>;
  /** Connectors that select at least one node of the deployment. */
  readonly connectors: Readonly<Record<string, ConnectorSpec>>;
}

/** A release as it is kept. */
export interface Release {
  readonly deployment: string;
  readonly release: number;
  readonly digest: string;
  readonly body: ReleaseBody;
  readonly madeAt: number;
  readonly madeBy: string;
  readonly because: string;
}
