import type { Clock } from '../../adapters/system/clock.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import type { Publication } from '../../contracts/runner.ts';

/** The same refusal of the same tag is an event once in this time; its records are all kept. */
const AGAIN_AFTER_MS = 60_000;
const TAGS_MAX = 1000;

/** Makes events of writes that were refused, by the site's policy or by the limits of the tag. */
export function createWriteRefusals(clock: Clock, emit: (event: AgentEvent) => void) {
  const said = new Map<string, number>();
  return {
    look: (records: readonly Publication[]) => {
      for (const { body } of records) {
        if (body.kind !== 'write' || body.outcome !== 'refused') continue;
        const because = body.because ?? 'refused';
        const key = `${body.tag} ${because}`;
        if (clock.monotonic() - (said.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) continue;
        if (said.size >= TAGS_MAX) said.clear();
        said.set(key, clock.monotonic());
        emit({ kind: 'write-refused', tag: body.tag, because });
      }
    },
  };
}
