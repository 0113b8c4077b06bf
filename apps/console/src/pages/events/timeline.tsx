import { Button, NativeSelect } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { TimelineEntry } from '../../../../../contracts/views.ts';
import { call } from '../../api/call.ts';
import { useRoute } from '../../api/use-route.ts';
import { useTimelineTail } from '../../live/use-timeline-tail.ts';
import { Answered } from '../../parts/answered.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { EventList } from '../../parts/event-list.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { Section } from '../../parts/section.tsx';

const PAGE = 200;
const severities = [
  { value: '', label: 'Any severity' },
  { value: 'warning', label: 'Warning and critical' },
  { value: 'critical', label: 'Critical' },
];
const sources = [
  { value: '', label: 'From anywhere' },
  { value: 'node', label: 'From nodes' },
  { value: 'control-plane', label: 'From the control plane' },
  { value: 'change', label: 'Changes' },
  { value: 'alarm', label: 'Alarms' },
];

/** Everything that happened, newest first; a live tail that can be paused, and filters. */
export function Timeline() {
  const [frozen, setFrozen] = useState<readonly TimelineEntry[] | null>(null);
  const paused = frozen !== null;
  const [severity, setSeverity] = useState('');
  const [from, setFrom] = useState('');
  const [word, setWord] = useState('');
  const [older, setOlder] = useState<readonly TimelineEntry[]>([]);
  const { site } = useSearch({ strict: false });
  const navigate = useNavigate();
  const sites = useRoute('sites', {}).data?.items ?? [];
  const query = { limit: PAGE, ...(site === undefined ? {} : { site }) };
  const timeline = useRoute('timeline', { query });
  useTimelineTail(paused);
  const more = useMutation({
    mutationFn: (before: number) => call('timeline', { query: { ...query, before } }),
    onSuccess: ({ items }) => setOlder((had) => [...had, ...items]),
  });
  const matches = (entry: TimelineEntry) =>
    (severity === '' || entry.severity === 'critical' || entry.severity === severity) &&
    (from === '' || entry.from === from) &&
    `${entry.sentence} ${entry.node ?? ''} ${entry.site ?? ''}`.toLowerCase().includes(word.toLowerCase());
  return (
    <Section
      flush
      title={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={paused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />}
          onClick={() => setFrozen(paused ? null : (timeline.data?.items ?? []))}
          aria-pressed={paused}
        >
          {paused ? 'Paused: go on' : 'Live: pause'}
        </Button>
      }
      actions={
        <>
          <SearchBox label="Search events" value={word} onChange={setWord} />
          <NativeSelect
            size="xs"
            aria-label="Severity"
            data={severities}
            value={severity}
            onChange={(event) => setSeverity(event.currentTarget.value)}
          />
          <NativeSelect
            size="xs"
            aria-label="From"
            data={sources}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <NativeSelect
            size="xs"
            aria-label="Site"
            data={[
              { value: '', label: 'Every site' },
              ...sites.map(({ name, title }) => ({ value: name, label: title || name })),
            ]}
            value={site ?? ''}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              setOlder([]);
              void navigate({ to: '.', search: (before) => ({ ...before, site: chosen === '' ? undefined : chosen }) });
            }}
          />
        </>
      }
    >
      <Answered query={timeline} lines={10}>
        {({ items: newest }) => {
          const items = frozen ?? newest;
          const known = new Set(items.map(({ id }) => id));
          const all = [...items, ...older.filter(({ id }) => !known.has(id))];
          const shown = all.filter(matches);
          const last = all.at(-1);
          return (
            <>
              {shown.length === 0 ? (
                <Empty title={all.length === 0 ? 'Nothing happened yet' : 'No event matches'}>
                  {all.length === 0
                    ? 'Events of nodes and of the control plane, changes and alarms appear here as they happen.'
                    : 'Take a filter away, or look further back.'}
                </Empty>
              ) : (
                <EventList entries={shown} />
              )}
              {more.isError && <ErrorNote error={more.error} />}
              {last !== undefined && all.length >= PAGE && (
                <div style={{ padding: 16 }}>
                  <Button
                    variant="default"
                    loading={more.isPending}
                    disabled={more.data?.items.length === 0}
                    onClick={() => more.mutate(last.at)}
                  >
                    {more.data?.items.length === 0 ? 'That is everything' : 'Look further back'}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Answered>
    </Section>
  );
}
