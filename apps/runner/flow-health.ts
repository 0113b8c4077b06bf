import type { Sample } from '../../contracts/records.ts';
import type { Health } from '../../contracts/report.ts';

/** A flow that took no sample for so long is not known to be well. */
const INPUT_WITHIN_MS = 120_000;
/** So many failed inferences or writes, one after the other, are not chance. */
const FAILURES_MAX = 3;

export interface FlowHealth {
  sample(sample: Sample, nowMs: number): void;
  /** An inference or a write ended; `because` when it failed. */
  ended(what: 'inference' | 'write', because: string | undefined): void;
  judge(nowMs: number): { health: Health; because?: string };
}

/** How a flow does: healthy once it has worked on good input lately without repeated failures. */
export function createFlowHealth(tags: readonly string[]): FlowHealth {
  const bad = new Map<string, string>();
  const failures = { inference: 0, write: 0 };
  const reasons = { inference: '', write: '' };
  let lastAtMs: number | undefined;
  return {
    sample: ({ tag, quality, because }, nowMs) => {
      if (quality === 'bad') bad.set(tag, `${tag}: ${because ?? 'bad quality'}`);
      else {
        bad.delete(tag);
        lastAtMs = nowMs;
      }
    },
    ended: (what, because) => {
      failures[what] = because === undefined ? 0 : failures[what] + 1;
      reasons[what] = because ?? '';
    },
    judge: (nowMs) => {
      for (const what of ['inference', 'write'] as const) {
        if (failures[what] >= FAILURES_MAX) {
          return { health: 'unhealthy', because: `${failures[what]} times in a row ${what} failed: ${reasons[what]}` };
        }
      }
      if (bad.size === tags.length && tags.length > 0) {
        return { health: 'unhealthy', because: `no usable input; ${bad.values().next().value}` };
      }
      if (lastAtMs === undefined) return { health: 'unknown', because: 'no input yet' };
      if (nowMs - lastAtMs > INPUT_WITHIN_MS) {
        return { health: 'unknown', because: `no usable input for ${Math.round((nowMs - lastAtMs) / 1000)} s` };
      }
      return { health: 'healthy' };
    },
  };
}
