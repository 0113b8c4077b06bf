import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, withApiOptions, withExamples } from '../command.ts';
import { pushModel } from '../push-model.ts';
import { showAnswer } from '../show/answer.ts';
import { signatureText } from '../show/describe-text.ts';
import { createProgress } from '../show/progress.ts';
import { bytesText } from '../show/quantity.ts';

interface PushOptions extends ApiOptions {
  readonly name: string;
  readonly alias?: string;
  readonly card?: string;
}

export function modelCommand(program: Command, cli: Cli): void {
  const model = program.command('model').summary('push a model').description('models: push a version');
  const push = model
    .command('push')
    .description('push an ONNX file as the next version of a model; the same bytes again change nothing')
    .argument('<file>', 'ONNX file')
    .requiredOption('-n, --name <model>', 'name of the model; it is made when it does not exist')
    .option('-a, --alias <alias>', 'alias to move to this version, for example champion')
    .option('--card <file>', 'model card in Markdown');
  withApiOptions(push).action(
    inSession<PushOptions>(cli, async ({ api, form, paint }, options, given) => {
      const progress = createProgress(cli.err);
      try {
        const wanted = { file: given[0] as string, model: options.name, alias: options.alias, card: options.card };
        const { answer, json } = await pushModel(api, cli.cwd, wanted, (text, share) => progress.show(text, share));
        progress.end();
        showAnswer(cli, form, json, () => {
          const said = answer.alreadyThere ? 'was there already' : 'pushed';
          const alias = options.alias === undefined ? '' : `, ${options.alias} points at it`;
          return (
            `${paint.strong(`${answer.model}:${answer.version}`)} ${said}: ${bytesText(answer.sizeBytes)}, ${answer.parameters} parameters${alias}.\n` +
            `${signatureText(answer.signature)}\n`
          );
        });
      } finally {
        progress.end();
      }
    }),
  );
  withExamples(push, [
    ['orla model push pv.onnx --name pv --alias champion', 'flows that use pv@champion get it, as a rollout'],
    ['orla model push pv.onnx --name pv --card card.md', 'with its model card'],
  ]);
}
