import { Tooltip } from '@mantine/core';
import { formatInstant, formatMinute } from './format-time.ts';

/** A source time in the site's zone; its tooltip has the zone, the second and UTC. */
export function SiteTime({ at, timeZone }: { at: number; timeZone: string }) {
  return (
    <Tooltip
      multiline
      label={
        <>
          <div>
            {formatInstant(at, timeZone)} {timeZone}
          </div>
          {timeZone !== 'UTC' && <div>{formatInstant(at, 'UTC')} UTC</div>}
        </>
      }
    >
      <time dateTime={new Date(at).toISOString()}>{formatMinute(at, timeZone)}</time>
    </Tooltip>
  );
}
