import { Button, NativeSelect, Switch } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { Empty } from '../../parts/empty.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { Section } from '../../parts/section.tsx';
import { formatInstant } from '../../time/format-time.ts';
import classes from './node.module.css';

const FOLLOW_MS = 2000;
const LINES = 500;
const levels = ['debug', 'info', 'warn', 'error'] as const;

/** The newest log lines, asked from the node itself. */
export function NodeLogs({ node }: { node: string }) {
  const [follow, setFollow] = useState(false);
  const [least, setLeast] = useState<(typeof levels)[number]>('info');
  const [word, setWord] = useState('');
  const logs = useRoute(
    'nodeLogs',
    { params: { node }, query: { lines: LINES } },
    { refetchInterval: follow ? FOLLOW_MS : false },
  );
  const matches = (line: { level: (typeof levels)[number]; text: string; from: string }) =>
    levels.indexOf(line.level) >= levels.indexOf(least) &&
    `${line.from} ${line.text}`.toLowerCase().includes(word.toLowerCase());
  return (
    <Section
      title="Logs"
      note={`the newest ${LINES} lines, in UTC`}
      flush
      actions={
        <>
          <SearchBox label="Search the lines" value={word} onChange={setWord} />
          <NativeSelect
            size="xs"
            aria-label="Least level"
            data={levels.map((level) => ({ value: level, label: `${level} and above` }))}
            value={least}
            onChange={(event) => setLeast(event.currentTarget.value as (typeof levels)[number])}
          />
          <Switch
            size="xs"
            label="Follow"
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
          <Button
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            loading={logs.isFetching && !follow}
            onClick={() => void logs.refetch()}
          >
            Ask again
          </Button>
        </>
      }
    >
      <Answered query={logs} lines={10}>
        {({ lines }) => {
          const shown = lines.filter(matches).toReversed();
          return shown.length === 0 ? (
            <Empty title="No line">
              {lines.length === 0 ? 'The node has logged nothing yet.' : 'No line has this word and level.'}
            </Empty>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            <ol className={classes['log']} tabIndex={0} aria-label="Log lines, newest first">
              {shown.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike, and are only replaced together
                <li key={index}>
                  <time dateTime={new Date(line.at).toISOString()}>{formatInstant(line.at, 'UTC').slice(11)}</time>
                  <span data-level={line.level}>{line.level}</span>
                  <span>{line.from}</span>
                  <code>{line.text}</code>
                </li>
              ))}
            </ol>
          );
        }}
      </Answered>
    </Section>
  );
}
