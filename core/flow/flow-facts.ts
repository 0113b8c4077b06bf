import type { ModelSignature } from '../../contracts/kinds/model.ts';

/** What is known of a tag; a connector's TagSpec fits. */
export interface TagFact {
  readonly type: 'number' | 'boolean' | 'string';
  readonly unit?: string | undefined;
  readonly writable: boolean;
}

/** What is known of a model; a manifest's PinnedModel fits. */
export interface ModelFact {
  readonly name: string;
  readonly version: number;
  readonly signature: ModelSignature;
}

/** What a flow is checked against. `undefined` means not known yet: then nothing is said about it. */
export interface FlowFacts {
  /** By `equipment/tag`. */
  readonly tags?: Readonly<Record<string, TagFact>> | undefined;
  /** By the reference as the flow writes it: `name@alias` or `name:version`. */
  readonly models?: Readonly<Record<string, ModelFact>> | undefined;
}
