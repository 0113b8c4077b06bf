import { StreamPolicy } from '../../contracts/records.ts';
import { durationMs } from '../../core/base/duration.ts';

/** A stream's policy with its age in milliseconds. */
export interface KnownPolicy extends StreamPolicy {
  readonly maxAgeMs: number | undefined;
}

/** The policies of the streams by name; what is not named has the default. */
export interface StreamPolicies {
  set(policies: Readonly<Record<string, StreamPolicy>>): void;
  of(stream: string): KnownPolicy;
}

export function streamPolicies(): StreamPolicies {
  const standard = known(StreamPolicy.parse({}));
  const named = new Map<string, KnownPolicy>();
  return {
    set: (policies) => {
      named.clear();
      for (const [stream, policy] of Object.entries(policies)) named.set(stream, known(policy));
    },
    of: (stream) => named.get(stream) ?? standard,
  };
}

function known(policy: StreamPolicy): KnownPolicy {
  return { ...policy, maxAgeMs: policy.maxAge === undefined ? undefined : durationMs(policy.maxAge) };
}
