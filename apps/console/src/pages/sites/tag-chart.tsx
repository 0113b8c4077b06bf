import { CloseButton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { KnownTag } from '../../api/use-tags.ts';
import type { LiveTag } from '../../live/use-node-watch.ts';
import { Empty } from '../../parts/empty.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeChart } from '../../parts/time-chart.tsx';
import { useHidden } from '../../parts/use-hidden.ts';

/** One tag by its source time, as its values came since the page was opened. */
export function TagChart({
  path,
  live,
  known,
  timeZone,
}: {
  path: string;
  live: LiveTag | undefined;
  known: KnownTag | undefined;
  timeZone: string;
}) {
  const navigate = useNavigate();
  const [hidden, toggle] = useHidden();
  const points = live?.recent ?? [];
  const last = points.at(-1)?.[0] ?? 0;
  const first = points[0]?.[0] ?? 0;
  return (
    <Section
      title={known?.tag.title ?? path}
      note="as it came since this page was opened"
      actions={
        <>
          {known !== undefined && (
            <Link to="/equipment/$connector" params={{ connector: known.connector }} search={{ tag: path }}>
              Equipment {known.connector}
            </Link>
          )}
          <CloseButton
            size="sm"
            aria-label={`Close the chart of ${path}`}
            onClick={() => void navigate({ to: '.', search: (before) => ({ ...before, tag: undefined }) })}
          />
        </>
      }
    >
      {points.length < 2 ? (
        <Empty title="Waiting for values">The chart begins with the second value that the node sends.</Empty>
      ) : (
        <TimeChart
          label={path}
          series={[{ id: path, label: path, color: 'var(--o-series-1)', width: 2, points }]}
          unit={known?.tag.unit}
          timeZone={timeZone}
          range={[first, Math.max(last, first + 1000)]}
          height={160}
          cursor="tag"
          hidden={hidden}
          onToggle={toggle}
        />
      )}
    </Section>
  );
}
