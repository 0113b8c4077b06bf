import type { Artifacts, Staged } from '../../adapters/artifacts/port.ts';
import type { Identity } from '../../adapters/identity/port.ts';
import type { RecordStore, Store } from '../../adapters/store/port.ts';
import type { Clock } from '../../adapters/system/clock.ts';
import type { Random } from '../../adapters/system/random.ts';
import type { Problem } from '../../contracts/errors.ts';
import type { ConnectorSpec } from '../../contracts/kinds/connector.ts';
import type { ModelVersionSpec } from '../../contracts/kinds/model.ts';
import type { Signature, Signed } from '../../contracts/manifest.ts';

/** What an inspection says of a model that may be stored. */
export type InspectedModel = Pick<ModelVersionSpec, 'signature' | 'opsets' | 'operators' | 'parameters' | 'producer'>;

/** The keys that sign, and the documents that say so. */
export interface ControlPlaneKeys {
  /** Every trust document from the first. */
  readonly trust: readonly Signed[];
  readonly rootKeyId: string;
  /** Signs the canonical JSON of a manifest. */
  signManifest(payload: string): Signature;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Everything outside that a control plane touches. */
export interface ControlPlanePorts {
  clock: Clock;
  random: Random;
  store: Store;
  records: RecordStore;
  artifacts: Artifacts;
  identity: Identity;
  keys: ControlPlaneKeys;
  /** Parses, loads and runs a model once. Rejects with 'invalid-model' and the exact reason. */
  inspectModel(staged: Pick<Staged, 'path' | 'sizeBytes' | 'read'>): Promise<InspectedModel>;
  /** What is wrong with a connector beyond its contract. */
  checkConnector(spec: ConnectorSpec, where: string): Problem[];
  log(level: LogLevel, text: string, detail?: Readonly<Record<string, unknown>>): void;
}

export interface ControlPlaneConfig {
  readonly version: string;
  /** Address under which nodes and people reach it, for the lines that they are shown; undefined: the one that they use now. */
  readonly url: string | undefined;
  readonly reportEveryMs: number;
  /** Records are kept this long. */
  readonly recordsKeptMs: number;
}

export const defaultConfig = {
  version: '0.1.0',
  url: undefined,
  reportEveryMs: 5000,
  recordsKeptMs: 30 * 86_400_000,
} as const satisfies ControlPlaneConfig;

/** A node that was silent for this many report intervals is unknown. */
export const UNSEEN_INTERVALS = 3;
