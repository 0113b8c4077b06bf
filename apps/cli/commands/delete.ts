import type { Command } from 'commander';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, several, withApiOptions, withExamples } from '../command.ts';
import { kindOf } from '../kind-names.ts';
import { readResources } from '../read-resources.ts';
import { type ChangeOptions, change, withChangeOptions } from './apply.ts';

export function deleteCommand(program: Command, cli: Cli): void {
  const command = program
    .command('delete')
    .summary('delete resources: plan, question')
    .description('delete resources: show the plan, ask, delete all of them or none')
    .argument('[kind]', 'kind, for example flow')
    .argument('[names...]', 'names')
    .option('-f, --file <path>', 'delete what these files name; may be repeated', several);
  withChangeOptions(withApiOptions(command)).action(
    inSession<ApiOptions & ChangeOptions & { file?: string[] }>(cli, async (session, options, [kind, ...names]) => {
      const named = kind === undefined ? [] : names.map((name) => ({ kind: kindOf(kind), name }));
      const written = options.file === undefined ? [] : await readResources(options.file, cli);
      const remove = [
        ...named,
        ...written.map(({ resource }) => ({ kind: kindOf(resource.kind), name: resource.name })),
      ];
      if (remove.length === 0) {
        throw new EdgeError('bad-request', 'Nothing was named.', {
          hint: 'Say `orla delete KIND NAME` or `orla delete -f FILE`.',
        });
      }
      await change(session, { written: [], remove }, options);
    }),
  );
  withExamples(command, [
    ['orla delete deployment pv', 'its nodes stop what it had them run'],
    ['orla delete flow old-1 old-2 --yes', 'several, without the question'],
    ['orla delete -f plant/', 'everything that these files name'],
  ]);
}
