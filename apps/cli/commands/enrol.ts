import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, pair, wholeNumber, withApiOptions, withExamples } from '../command.ts';
import { showAnswer } from '../show/answer.ts';
import { countText, timeText } from '../show/quantity.ts';

interface EnrolOptions extends ApiOptions {
  readonly site: string;
  readonly node?: string;
  readonly uses: number;
  readonly hours: number;
  readonly label?: Record<string, string>;
}

export function enrolCommand(program: Command, cli: Cli): void {
  const command = program
    .command('enrol')
    .summary('admit nodes to a site')
    .description('make a token that admits nodes to a site, and the one line to run on the node')
    .requiredOption('-s, --site <site>', 'site that the nodes join')
    .option('-n, --node <name>', 'the only name that it admits')
    .option('--uses <n>', 'how many nodes it admits', wholeNumber, 1)
    .option('--hours <n>', 'how long it is valid', Number, 24)
    .option('-l, --label <key=value>', 'label of the nodes; may be repeated', pair);
  withApiOptions(command).action(
    inSession<EnrolOptions>(cli, async ({ api, form, paint }, { site, node, uses, hours, label }) => {
      const body = { site, uses, hours, labels: label ?? {}, ...(node === undefined ? {} : { node }) };
      const { answer, json } = await api.ask('makeEnrolment', { body });
      showAnswer(
        cli,
        form,
        json,
        () =>
          `Token for ${countText(uses, 'node')} of ${site}, valid until ${timeText(answer.expiresAt)} UTC. It is shown once:\n\n` +
          `  ${paint.strong(answer.token)}\n\nRun this on the node:\n\n  ${answer.line}\n`,
      );
    }),
  );
  withExamples(command, [
    ['orla enrol --site greensboro', 'for one node, valid for a day'],
    ['orla enrol --site greensboro --uses 40 --hours 72 -l plant=pv', 'for forty nodes with a label'],
  ]);
}
