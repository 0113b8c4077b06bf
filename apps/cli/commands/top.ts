import type { Command } from 'commander';
import type { NodeView } from '../../../contracts/views.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, type Session, wholeNumber, withApiOptions, withExamples } from '../command.ts';
import { showAnswer } from '../show/answer.ts';
import { type Paint, paintHealth } from '../show/paint.ts';
import { ageText, bytesText, countText } from '../show/quantity.ts';
import { type Column, tableText } from '../show/table.ts';
import { untilStopped } from '../until-stopped.ts';

interface TopOptions extends ApiOptions {
  readonly every: number;
  readonly once?: boolean;
}

export function topCommand(program: Command, cli: Cli): void {
  const command = program
    .command('top')
    .summary('live table of the nodes')
    .description('nodes as they are now: health, load, memory, records a minute, how full their streams are')
    .option('--every <seconds>', 'how often to look', wholeNumber, 2)
    .option('--once', 'print one table and end (as without a terminal)');
  withApiOptions(command).action(
    inSession<TopOptions>(cli, async (session, options) => {
      const { answer, json } = await session.api.ask('nodes', { query: { limit: 1000 } });
      if (session.form !== 'table' || options.once === true || !cli.out.isTerminal) {
        return showAnswer(cli, session.form, json, () =>
          topText(answer.items, undefined, cli.clock.now(), session.paint, undefined),
        );
      }
      await untilStopped(cli, () => watchTop(session, answer.items, Math.max(1, options.every)));
    }),
  );
  withExamples(command, [
    ['orla top', 'live; Ctrl-C ends it'],
    ['orla top --once', 'one table'],
  ]);
}

async function watchTop({ api, cli, paint }: Session, first: readonly NodeView[], everyS: number): Promise<void> {
  let before: readonly NodeView[] | undefined;
  let nodes = first;
  let trouble = '';
  // The alternate screen (xterm, CSI ? 1049 h) leaves what was on the terminal untouched.
  cli.out.write('\u001b[?1049h\u001b[?25l');
  try {
    for (;;) {
      const head = `orla top  ${api.url}  ${countText(nodes.length, 'node')}  ${new Date(cli.clock.now()).toISOString().slice(11, 19)} UTC  ${paint.bad(trouble)}`;
      cli.out.write(`\u001b[H\u001b[2J${head}\n\n${topText(nodes, before, cli.clock.now(), paint, cli.out.columns)}`);
      await cli.clock.sleep(everyS * 1000, cli.stopped);
      try {
        const { items } = await api.call('nodes', { query: { limit: 1000 } });
        before = nodes;
        nodes = items;
        trouble = '';
      } catch (error) {
        if (cli.stopped.aborted) throw error;
        trouble = error instanceof Error ? error.message : String(error);
      }
    }
  } finally {
    cli.out.write('\u001b[?25h\u001b[?1049l');
  }
}

/** One table of nodes, the worst first; records a minute from the reports of two looks, or since the agent started. */
export function topText(
  nodes: readonly NodeView[],
  before: readonly NodeView[] | undefined,
  now: number,
  paint: Paint,
  width: number | undefined,
): string {
  const rank = { unhealthy: 0, unknown: 1, healthy: 2 };
  const rows = [...nodes].sort((a, b) => rank[a.health] - rank[b.health] || (a.name < b.name ? -1 : 1));
  const columns: Column<NodeView>[] = [
    { head: 'NODE', cell: (node) => node.name },
    { head: 'HEALTH', cell: (node) => paintHealth(paint, node.health) },
    { head: 'SEEN', right: true, cell: (node) => (node.seenAt === null ? 'never' : ageText(now - node.seenAt)) },
    {
      head: 'LOAD',
      right: true,
      cell: ({ report }) => (report === null ? '-' : `${report.host.load1.toFixed(2)} of ${report.host.cpus}`),
    },
    { head: 'AGENT', right: true, cell: ({ report }) => bytesText(report?.host.agentRssBytes) },
    { head: 'RUNNERS', right: true, cell: ({ report }) => bytesText(report?.host.runnersRssBytes) },
    {
      head: 'DECISIONS/MIN',
      right: true,
      cell: (node) =>
        perMinute(
          node,
          before?.find((each) => each.name === node.name),
          'decisions',
        ),
    },
    {
      head: 'RECORDS/MIN',
      right: true,
      cell: (node) =>
        perMinute(
          node,
          before?.find((each) => each.name === node.name),
        ),
    },
    {
      head: 'WAITING',
      right: true,
      cell: ({ report }) => report?.streams.reduce((sum, stream) => sum + stream.pending, 0),
    },
    { head: 'FULLEST', right: true, cell: ({ report }) => fullest(report) },
    { head: 'BECAUSE', cell: (node) => node.because },
  ];
  if (rows.length === 0) return 'No node yet. `orla enrol --site SITE` admits one.\n';
  return tableText(rows, columns, width);
}

function perMinute(node: NodeView, before: NodeView | undefined, stream?: string): string {
  const [now, then] = [published(node, stream), before === undefined ? undefined : published(before, stream)];
  if (now === undefined) return '-';
  const { report } = node;
  const from =
    then === undefined || before?.report?.at === report?.at
      ? { count: 0, at: report?.startedAt ?? 0 }
      : { count: then, at: before?.report?.at ?? 0 };
  const minutes = ((report?.at ?? 0) - from.at) / 60_000;
  return minutes <= 0 ? '-' : Math.max(0, (now - from.count) / minutes).toFixed(1);
}

function published({ report }: NodeView, stream?: string): number | undefined {
  return report?.streams
    .filter((each) => stream === undefined || each.stream === stream)
    .reduce((sum, each) => sum + each.published, 0);
}

function fullest(report: NodeView['report']): string {
  if (report === null || report.streams.length === 0) return '-';
  const stream = report.streams.reduce((most, each) => (each.fill > most.fill ? each : most));
  return `${(stream.fill * 100).toFixed(1)} % ${stream.stream}`;
}
