import { z } from 'zod';
import { AlertRuleSpec } from './kinds/alert-rule.ts';
import { ConnectorSpec } from './kinds/connector.ts';
import { DeploymentSpec } from './kinds/deployment.ts';
import { FlowSpec } from './kinds/flow.ts';
import { ModelSpec, ModelVersionSpec } from './kinds/model.ts';
import { NodeSpec } from './kinds/node.ts';
import { SecretSpec } from './kinds/secret.ts';
import { SiteSpec } from './kinds/site.ts';
import { TokenSpec } from './kinds/token.ts';
import { Labels, Name, TimeMs } from './names.ts';

/** Every kind of resource: its schema, who may write it (`people` through apply, or only the system), one sentence. */
export const kinds = {
  Site: {
    spec: SiteSpec,
    plural: 'sites',
    writer: 'people',
    summary: 'A physical place with coordinates, labels and variables.',
  },
  Node: { spec: NodeSpec, plural: 'nodes', writer: 'people', summary: 'One machine at a site that runs the agent.' },
  Connector: {
    spec: ConnectorSpec,
    plural: 'connectors',
    writer: 'people',
    summary: 'Reads and writes the tags of one piece of equipment.',
  },
  Flow: {
    spec: FlowSpec,
    plural: 'flows',
    writer: 'people',
    summary: 'Tags → steps → model → decision → tags, alarms, streams.',
  },
  Model: {
    spec: ModelSpec,
    plural: 'models',
    writer: 'people',
    summary: 'A model; its aliases point at immutable versions.',
  },
  ModelVersion: {
    spec: ModelVersionSpec,
    plural: 'modelversions',
    writer: 'system',
    summary: 'One immutable artifact of a model.',
  },
  Deployment: {
    spec: DeploymentSpec,
    plural: 'deployments',
    writer: 'people',
    summary: 'Which flows run on which nodes, and how a change goes out.',
  },
  Secret: {
    spec: SecretSpec,
    plural: 'secrets',
    writer: 'people',
    summary: 'A value sealed to the nodes that may open it.',
  },
  AlertRule: { spec: AlertRuleSpec, plural: 'alertrules', writer: 'people', summary: 'When people should be told.' },
  Token: {
    spec: TokenSpec,
    plural: 'tokens',
    writer: 'system',
    summary: 'Lets a node enrol or a program call the API.',
  },
} as const;

export type Kind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as Kind[];
export const KindName = z.enum(kindNames as [Kind, ...Kind[]]);
export type SpecOf<K extends Kind> = z.infer<(typeof kinds)[K]['spec']>;

/** What people write: `{kind, name, labels, spec}` in YAML or JSON. */
export interface ResourceInput<K extends Kind = Kind> {
  kind: K;
  name: string;
  labels: Labels;
  spec: SpecOf<K>;
}

/** A resource as it is kept: with a generation that grows by one with each change, for optimistic concurrency. */
export interface Resource<K extends Kind = Kind> extends ResourceInput<K> {
  generation: number;
  createdAt: number;
  updatedAt: number;
}

/** Envelope without the spec, which depends on the kind. `generation`, when given, must be the current one. */
export const Envelope = z.strictObject({
  kind: KindName,
  name: Name,
  labels: Labels.default({}),
  spec: z.unknown(),
  generation: z.number().int().positive().optional(),
});

/** A kept resource as it travels over the API. */
export const KeptResource = z.object({
  kind: KindName,
  name: Name,
  labels: Labels,
  spec: z.record(z.string(), z.unknown()),
  generation: z.number().int(),
  createdAt: TimeMs,
  updatedAt: TimeMs,
});
