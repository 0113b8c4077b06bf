import type { Command } from 'commander';
import { EdgeError } from '../../../contracts/errors.ts';
import { type TimelineEntry, WatchEvent } from '../../../contracts/views.ts';
import { backoffMs } from '../../../core/base/backoff.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, type Session, wholeNumber, withApiOptions, withExamples } from '../command.ts';
import { showAnswer } from '../show/answer.ts';
import type { Paint } from '../show/paint.ts';
import { timeText } from '../show/quantity.ts';
import { untilStopped } from '../until-stopped.ts';

/** Entries that a follower remembers, so that none is printed twice after the feed broke. */
const REMEMBERED_MAX = 5000;

interface EventsOptions extends ApiOptions {
  readonly follow?: boolean;
  readonly node?: string;
  readonly site?: string;
  readonly lines: number;
}

export function eventsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('events')
    .summary('what happened, newest last')
    .description('what happened: events of nodes and control plane, changes, alarms')
    .option('-f, --follow', 'go on printing new ones')
    .option('--node <node>', 'only of one node')
    .option('--site <site>', 'only of one site')
    .option('-n, --lines <n>', 'how many of the past', wholeNumber, 50);
  withApiOptions(command).action(
    inSession<EventsOptions>(cli, async (session, options) => {
      const { answer, json } = await session.api.ask('timeline', { query: queryOf(options) });
      if (options.follow !== true) {
        return showAnswer(cli, session.form, json, () =>
          answer.items
            .toReversed()
            .map((entry) => entryText(entry, session.paint))
            .join(''),
        );
      }
      await untilStopped(cli, () => followEvents(session, options, answer.items));
    }),
  );
  withExamples(command, [
    ['orla events', 'the last 50'],
    ['orla events --follow --site greensboro', 'of one site, as it happens'],
    ['orla events -f -o json', 'one JSON object a line'],
  ]);
}

const queryOf = ({ node, site, lines }: EventsOptions) => ({
  limit: Math.min(lines, 1000),
  ...(node === undefined ? {} : { node }),
  ...(site === undefined ? {} : { site }),
});

async function followEvents(
  { api, cli, form, paint }: Session,
  options: EventsOptions,
  first: readonly TimelineEntry[],
): Promise<void> {
  const printed = new Set<string>();
  const print = (entry: TimelineEntry) => {
    const other =
      (options.node !== undefined && entry.node !== options.node) ||
      (options.site !== undefined && entry.site !== options.site);
    if (other || printed.has(entry.id)) return;
    printed.add(entry.id);
    if (printed.size > REMEMBERED_MAX) printed.delete(printed.values().next().value as string);
    cli.out.write(form === 'json' ? `${JSON.stringify(entry)}\n` : entryText(entry, paint));
  };
  for (const entry of first.toReversed()) print(entry);
  for (let failures = 0; ; ) {
    try {
      for await (const data of api.events('watch', {})) {
        failures = 0;
        const event = WatchEvent.safeParse(data).data;
        if (event?.kind === 'timeline') print(event.entry);
      }
    } catch (error) {
      if (!(error instanceof EdgeError) || !['unreachable', 'timeout', 'too-many'].includes(error.code)) throw error;
      if (failures === 0) cli.err.write(`orla: ${error.message} Trying again.\n`);
    }
    failures++;
    await cli.clock.sleep(backoffMs({ attempt: failures, baseMs: 500, maxMs: 10_000, jitter01: 1 }), cli.stopped);
    const missed = await api.call('timeline', { query: queryOf({ ...options, lines: 1000 }) }).catch(() => undefined);
    const newest = Math.max(...first.map((entry) => entry.at), 0);
    for (const entry of missed?.items.toReversed() ?? []) if (entry.at >= newest) print(entry);
  }
}

function entryText(entry: TimelineEntry, paint: Paint): string {
  const colour = { info: (text: string) => text, warning: paint.warning, critical: paint.bad }[entry.severity];
  const place = entry.node ?? entry.site ?? 'control plane';
  return `${paint.faint(timeText(entry.at))} ${colour(entry.severity.padEnd(8))} ${place}: ${entry.sentence}\n`;
}
