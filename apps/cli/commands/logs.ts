import type { Command } from 'commander';
import type { LogLine } from '../../../contracts/report.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, type Session, wholeNumber, withApiOptions, withExamples } from '../command.ts';
import { showAnswer } from '../show/answer.ts';
import type { Paint } from '../show/paint.ts';
import { timeText } from '../show/quantity.ts';
import { untilStopped } from '../until-stopped.ts';

const ASK_EVERY_MS = 1000;
const LINES_MAX = 2000;

interface LogsOptions extends ApiOptions {
  readonly lines: number;
  readonly from?: string;
  readonly follow?: boolean;
}

export function logsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('logs')
    .summary('log lines of a node')
    .description('the newest log lines of a node, asked from the node')
    .argument('<node>', 'name of the node')
    .option('-f, --follow', 'go on printing new ones')
    .option('-n, --lines <n>', 'how many', wholeNumber, 200)
    .option('--from <who>', 'only of the agent, or of one workload or runner');
  withApiOptions(command).action(
    inSession<LogsOptions>(cli, async (session, options, [node]) => {
      const query = {
        lines: Math.min(options.lines, LINES_MAX),
        ...(options.from === undefined ? {} : { from: options.from }),
      };
      const { answer, json } = await session.api.ask('nodeLogs', { params: { node: node as string }, query });
      if (options.follow !== true) {
        return showAnswer(cli, session.form, json, () =>
          answer.lines.map((line) => lineText(line, session.paint)).join(''),
        );
      }
      await untilStopped(cli, () => followLogs(session, node as string, query, answer.lines));
    }),
  );
  withExamples(command, [
    ['orla logs greensboro-1', 'the last 200 lines'],
    ['orla logs greensboro-1 -f --from agent', 'the agent alone, as it happens'],
  ]);
}

async function followLogs(
  session: Session,
  node: string,
  query: { lines: number; from?: string },
  first: LogLine[],
): Promise<void> {
  const { api, cli } = session;
  const print = (line: LogLine) =>
    cli.out.write(session.form === 'json' ? `${JSON.stringify(line)}\n` : lineText(line, session.paint));
  let seen = first;
  for (const line of first) print(line);
  for (;;) {
    await cli.clock.sleep(ASK_EVERY_MS, cli.stopped);
    const { lines } = await api.call('nodeLogs', { params: { node }, query: { ...query, lines: LINES_MAX } });
    for (const line of newLines(seen, lines)) print(line);
    if (lines.length > 0) seen = lines;
  }
}

/** What `now` has after everything that `before` had, also when the oldest were dropped meanwhile. */
export function newLines(before: readonly LogLine[], now: readonly LogLine[]): LogLine[] {
  const last = before.at(-1);
  if (last === undefined) return [...now];
  const key = (line: LogLine) => `${line.at} ${line.from} ${line.text}`;
  const known = new Set(before.filter((line) => line.at === last.at).map(key));
  return now.filter((line) => line.at > last.at || (line.at === last.at && !known.has(key(line))));
}

function lineText(line: LogLine, paint: Paint): string {
  const level = { debug: paint.faint, info: (text: string) => text, warn: paint.warning, error: paint.bad }[line.level];
  return `${paint.faint(timeText(line.at))} ${level(line.level.padEnd(5))} ${line.from}: ${line.text}\n`;
}
