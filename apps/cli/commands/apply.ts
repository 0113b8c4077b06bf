import type { Command } from 'commander';
import type { Plan } from '../../../contracts/changes.ts';
import { EdgeError } from '../../../contracts/errors.ts';
import { durationMs } from '../../../core/base/duration.ts';
import { applyChange, planChange, type WantedChange } from '../apply-change.ts';
import type { Cli } from '../cli.ts';
import {
  type ApiOptions,
  inSession,
  needsYes,
  type Session,
  several,
  withApiOptions,
  withExamples,
} from '../command.ts';
import { followRollouts, rolloutSentence } from '../follow-rollout.ts';
import { askYes, canAsk } from '../prompt.ts';
import { readResources } from '../read-resources.ts';
import { showAnswer } from '../show/answer.ts';
import { changesSomething, planText } from '../show/plan-text.ts';
import { createProgress } from '../show/progress.ts';
import { countText } from '../show/quantity.ts';

interface FileOptions extends ApiOptions {
  readonly file: string[];
}

export interface ChangeOptions extends ApiOptions {
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly timeout: string;
  readonly because?: string;
}

export function planCommand(program: Command, cli: Cli): void {
  const command = program
    .command('plan')
    .summary('what a change would do; changes nothing')
    .description('show what a change would do at which node; changes nothing')
    .requiredOption(
      '-f, --file <path>',
      'file or folder of YAML or JSON, - for standard input; may be repeated',
      several,
    );
  withApiOptions(command).action(
    inSession<FileOptions>(cli, async (session, options) => {
      const written = await readResources(options.file, cli);
      const { answer, json } = await planChange(session.api, { written, remove: [] });
      showAnswer(cli, session.form, json, () => planText(answer, session.paint));
    }),
  );
  withExamples(command, [
    ['orla plan -f site.yaml', 'one file'],
    ['orla plan -f plant/ -o json', 'every .yaml and .json below a folder, as data'],
  ]);
}

export function applyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('apply')
    .summary('make a change: plan, question, rollout')
    .description('make a change: show the plan, ask, apply all of it or nothing, follow the rollout')
    .requiredOption(
      '-f, --file <path>',
      'file or folder of YAML or JSON, - for standard input; may be repeated',
      several,
    );
  withChangeOptions(withApiOptions(command)).action(
    inSession<FileOptions & ChangeOptions>(cli, async (session, options) => {
      const written = await readResources(options.file, cli);
      await change(session, { written, remove: [] }, options);
    }),
  );
  withExamples(command, [
    ['orla apply -f plant/', 'plan, question, rollout with its progress'],
    [
      'orla apply -f flow.yaml --yes --because "new hold time"',
      'without the question; the reason stands in the change log',
    ],
    ['cat site.yaml | orla apply -f - --yes', 'from another program'],
  ]);
}

/** The options of everything that changes resources. */
export function withChangeOptions(command: Command): Command {
  return command
    .option('-y, --yes', 'do not ask')
    .option('--no-wait', 'do not follow the rollout')
    .option('--timeout <duration>', 'how long to follow the rollout', '10m')
    .option('--because <reason>', 'why, for the change log');
}

/** Plan, question, apply, rollout. Prints the plan and the progress beside the answer, which alone is on the output. */
export async function change(session: Session, wanted: WantedChange, options: ChangeOptions): Promise<void> {
  const { cli, api, paint, form } = session;
  const timeoutMs = timeoutOf(options.timeout);
  const { answer: plan } = await planChange(api, wanted);
  const say = form === 'table' ? cli.out : cli.err;
  say.write(planText(plan, paint));
  if (!changesSomething(plan)) return form === 'table' ? undefined : showAnswer(cli, form, { changes: [] }, () => '');
  if (options.yes !== true) {
    if (!canAsk(cli)) throw needsYes('This change');
    if (!(await askYes(cli, 'Apply this?')))
      throw new EdgeError('closed', 'Nothing was changed.', { hint: 'You said no.' });
  }
  const { answer, json } = await applyChange(api, wanted, { plan, because: options.because });
  showAnswer(cli, form, json, () => appliedText(answer.changes));
  await follow(session, plan.rollouts, { ...options, timeoutMs });
}

function appliedText(changes: readonly { number: number }[]): string {
  const last = changes.at(-1);
  if (last === undefined) return 'Nothing had to be changed.\n';
  const undo = changes.length === 1 ? `; \`orla undo ${last.number}\` puts it back` : '';
  return `Applied ${countText(changes.length, 'change')}${undo}.\n`;
}

/** Follows rollouts to their end, unless that was not wanted. EdgeError when one was rolled back. */
export async function follow(
  { cli, api, paint, form }: Session,
  rollouts: Plan['rollouts'],
  options: { wait: boolean; timeoutMs: number },
): Promise<void> {
  if (!options.wait || rollouts.length === 0) return;
  const progress = createProgress(cli.err);
  try {
    const ended = await followRollouts({ api, cli, progress }, rollouts, options.timeoutMs);
    progress.end();
    const say = form === 'table' ? cli.out : cli.err;
    for (const rollout of ended) {
      const colour = rollout.phase === 'done' ? paint.good : paint.warning;
      say.write(`${colour(rolloutSentence(rollout))}\n`);
    }
    const back = ended.filter((rollout) => rollout.phase === 'rolled-back');
    if (back.length > 0) {
      throw new EdgeError(
        'refused-by-equipment',
        `${back.map((each) => each.deployment).join(', ')} was rolled back.`,
        {
          where: back[0]?.because,
          hint: 'The nodes run the release before it; correct the cause and apply again.',
        },
      );
    }
  } finally {
    progress.end();
  }
}

export function timeoutOf(text: string): number {
  try {
    return durationMs(text);
  } catch (cause) {
    throw new EdgeError('bad-request', `"${text}" is not a duration.`, {
      where: '--timeout',
      hint: 'Write it as 30s, 5m or 1h.',
      cause,
    });
  }
}
