import { Tooltip } from '@mantine/core';
import { useFeedPhase } from '../live/live-provider.tsx';
import { MeaningMark } from '../parts/meaning.tsx';
import { formatAge } from '../time/format-time.ts';
import { useNow } from '../time/now-provider.tsx';

/** Whether what the page shows is live. */
export function LiveLight() {
  const { phase, since } = useFeedPhase();
  const now = useNow();
  const says = phase === 'live' ? 'Changes show as they happen' : `Not live since ${formatAge(since, now)}`;
  return (
    <Tooltip label={says}>
      <span role="status" aria-label={says}>
        {phase === 'live' && <MeaningMark meaning="good">live</MeaningMark>}
        {phase === 'connecting' && <MeaningMark meaning="moving">connecting</MeaningMark>}
        {phase === 'lost' && <MeaningMark meaning="unknown">not live</MeaningMark>}
      </span>
    </Tooltip>
  );
}
