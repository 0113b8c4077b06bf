import type { Command } from 'commander';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, needsYes, wholeNumber, withApiOptions, withExamples } from '../command.ts';
import { askYes, canAsk } from '../prompt.ts';
import { showAnswer } from '../show/answer.ts';
import { countText, timeText } from '../show/quantity.ts';
import { follow, timeoutOf } from './apply.ts';

export function undoCommand(program: Command, cli: Cli): void {
  const command = program
    .command('undo')
    .summary('put back what one change changed')
    .description('put back what one change of the change log changed')
    .argument('<number>', 'number of the change; `orla get changes` lists them', wholeNumber)
    .option('-y, --yes', 'do not ask');
  withApiOptions(command).action(
    inSession<ApiOptions & { yes?: boolean }>(cli, async ({ api, form }, options, given) => {
      const number = Number(given[0]);
      const { items } = await api.call('changes', { query: { before: number + 1, limit: 1 } });
      const found = items.find((change) => change.number === number);
      if (found === undefined)
        throw new EdgeError('not-found', `There is no change ${number}.`, { hint: '`orla get changes` lists them.' });
      cli.err.write(
        `Change ${number}, ${timeText(found.at)} by ${found.actor}: ${found.action} ${found.kind} ${found.name}\n`,
      );
      if (options.yes !== true) {
        if (!canAsk(cli)) throw needsYes('Undoing');
        if (!(await askYes(cli, 'Undo it?')))
          throw new EdgeError('closed', 'Nothing was changed.', { hint: 'You said no.' });
      }
      const { answer, json } = await api.ask('undo', { params: { number } });
      showAnswer(cli, form, json, () => `Undone, with ${countText(answer.changes.length, 'change')}.\n`);
    }),
  );
  withExamples(command, [['orla undo 42', 'asks first']]);
}

export function rollbackCommand(program: Command, cli: Cli): void {
  const command = program
    .command('rollback')
    .summary('go back to an earlier release')
    .description('go back to an earlier release of a deployment, as a new rollout')
    .argument('<deployment>', 'name of the deployment')
    .requiredOption('--to <release>', 'release to go back to; `orla describe deployment NAME` lists them', wholeNumber)
    .option('-y, --yes', 'do not ask')
    .option('--no-wait', 'do not follow the rollout')
    .option('--timeout <duration>', 'how long to follow the rollout', '10m');
  withApiOptions(command).action(
    inSession<ApiOptions & { to: number; yes?: boolean; wait: boolean; timeout: string }>(
      cli,
      async (session, options, given) => {
        const deployment = given[0] as string;
        const timeoutMs = timeoutOf(options.timeout);
        const before = await session.api.call('deployment', { params: { deployment } });
        const release = before.releases.find((each) => each.release === options.to);
        if (release === undefined) {
          throw new EdgeError('not-found', `${deployment} has no release ${options.to}.`, {
            hint: `It has ${before.releases.map((each) => each.release).join(', ') || 'none'}.`,
          });
        }
        const models = release.models.length === 0 ? '' : `, ${release.models.join(', ')}`;
        cli.err.write(
          `${deployment}: from release ${before.release} to what release ${options.to} was (${release.flows.join(', ')}${models}).\n`,
        );
        if (options.yes !== true) {
          if (!canAsk(cli)) throw needsYes('Rolling back');
          if (!(await askYes(cli, 'Roll back?')))
            throw new EdgeError('closed', 'Nothing was changed.', { hint: 'You said no.' });
        }
        const { answer, json } = await session.api.ask('rollBack', {
          params: { deployment },
          body: { to: options.to },
        });
        showAnswer(cli, session.form, json, () => `Rolling back ${deployment}.\n`);
        const nodes = answer.counts.target;
        const from = before.releases.reduce((highest, each) => Math.max(highest, each.release), 0);
        await follow(session, [{ deployment, from, nodes, waves: 1, because: '' }], { wait: options.wait, timeoutMs });
      },
    ),
  );
  withExamples(command, [['orla rollback pv --to 3', 'asks, then follows the rollout']]);
}
