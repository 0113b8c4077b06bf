import { Tooltip } from '@mantine/core';
import { formatAge, formatInstant } from './format-time.ts';
import { useNow } from './now-provider.tsx';

/** An age; pointing at it or reaching it by keyboard shows the time at the site and in UTC. */
export function TimeAgo({ at, timeZone }: { at: number; timeZone?: string | undefined }) {
  const now = useNow();
  return (
    <Tooltip label={<TimeInFull at={at} timeZone={timeZone} />} multiline>
      <time dateTime={new Date(at).toISOString()}>{formatAge(at, now)}</time>
    </Tooltip>
  );
}

function TimeInFull({ at, timeZone }: { at: number; timeZone: string | undefined }) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      {timeZone !== undefined && timeZone !== 'UTC' && (
        <div>
          {formatInstant(at, timeZone)} {timeZone}
        </div>
      )}
      <div>{formatInstant(at, 'UTC')} UTC</div>
      {here !== timeZone && here !== 'UTC' && (
        <div>
          {formatInstant(at, here)} {here} (here)
        </div>
      )}
    </>
  );
}
