import { Link } from '@tanstack/react-router';
import type { KnownTag } from '../../api/use-tags.ts';
import type { LiveTag } from '../../live/use-node-watch.ts';
import { Empty } from '../../parts/empty.tsx';
import { formatValue } from '../../parts/format-value.ts';
import { QualityMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { formatAge } from '../../time/format-time.ts';
import { useNow } from '../../time/now-provider.tsx';
import { SiteTime } from '../../time/site-time.tsx';
import classes from './site.module.css';

/** The newest value of every tag of a node, with quality, source time and age. Choosing one draws it. */
export function LiveTags({
  node,
  values,
  known,
  chosen,
  timeZone,
}: {
  node: string;
  values: ReadonlyMap<string, LiveTag>;
  known: readonly KnownTag[];
  chosen: string | undefined;
  timeZone: string;
}) {
  const rows = [...values].sort(([a], [b]) => a.localeCompare(b));
  return (
    <Section title="Live values" note={`asked from ${node}`} flush>
      {rows.length === 0 ? (
        <Empty title="Waiting for the node">
          It sends the values of its tags while this page is open. Without a line to it there are none.
        </Empty>
      ) : (
        <table className={classes['tags']}>
          <thead>
            <tr>
              <th scope="col">Tag</th>
              <th scope="col">Trend</th>
              <th scope="col" className={classes['value']}>
                Value
              </th>
              <th scope="col">Seen</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([path, live]) => (
              <tr key={path} data-chosen={path === chosen}>
                <td>
                  <Link
                    to="."
                    search={(before) => ({ ...before, tag: path === chosen ? undefined : path })}
                    resetScroll={false}
                    aria-current={path === chosen ? 'true' : undefined}
                  >
                    {path}
                  </Link>
                  <span className={classes['under']}>
                    <QualityMark quality={live.sample.quality} plain />
                    <SiteTime at={live.sample.sourceTime} timeZone={timeZone} />
                  </span>
                  {live.sample.because !== undefined && <span className={classes['dim']}>{live.sample.because}</span>}
                </td>
                <td>
                  <Sparkline points={live.recent} />
                </td>
                <td className={classes['value']}>
                  {formatValue(live.sample.value, known.find((each) => each.path === path)?.tag.unit)}
                </td>
                <td>
                  <Age live={live} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Age({ live }: { live: LiveTag }) {
  return <span className={classes['dim']}>{formatAge(live.arrivedAt, useNow())}</span>;
}
