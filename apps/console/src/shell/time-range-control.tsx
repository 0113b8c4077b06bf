import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { parseTimeRange, timeRanges } from '../time/time-range.ts';

const choices = Object.entries(timeRanges).map(([value, { label }]) => ({ value, label: `Last ${label}` }));

/**
 * The one time range of all charts. It counts back from the newest source time, and stands in the address. On a phone it
 * stands at the charts, for want of room at the top.
 */
export function TimeRangeControl({ phone = false }: { phone?: boolean }) {
  const { range } = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <NativeSelect
      aria-label="Time range of charts"
      size="xs"
      w={124}
      {...(phone ? { hiddenFrom: 'xs' } : { visibleFrom: 'xs' })}
      data={choices}
      value={parseTimeRange(range)}
      onChange={(event) => {
        const next = parseTimeRange(event.currentTarget.value);
        void navigate({ to: '.', search: (before) => ({ ...before, range: next }) });
      }}
    />
  );
}
