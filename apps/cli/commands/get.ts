import type { Command } from 'commander';
import { EdgeError } from '../../../contracts/errors.ts';
import { type Kind, kindNames, kinds } from '../../../contracts/resource.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, withApiOptions, withExamples } from '../command.ts';
import { kindOf, shortNamesOf } from '../kind-names.ts';
import { listResources } from '../list-resources.ts';
import { showAnswer } from '../show/answer.ts';
import { otherTables, resourceTable, viewTables } from '../show/resource-tables.ts';

interface GetOptions extends ApiOptions {
  readonly label?: string;
}

export function getCommand(program: Command, cli: Cli): void {
  const command = program
    .command('get')
    .summary('list a kind, or show one of it')
    .description('list resources of a kind, or show one; also alarms, streams and changes')
    .argument('[kind]', 'kind: singular, plural or short')
    .argument('[name]', 'name of one')
    .option('-l, --label <key=value>', 'only those with this label');
  withApiOptions(command).action(
    inSession<GetOptions>(cli, async (session, options, [word, name]) => {
      const width = cli.out.isTerminal ? cli.out.columns : undefined;
      const shown = { paint: session.paint, now: cli.clock.now(), width, name, label: options.label };
      if (word === undefined) {
        cli.out.write(kindsText());
        throw new EdgeError('bad-request', 'Say which kind.', { hint: 'For example `orla get nodes`.' });
      }
      const other = otherTables[word.toLowerCase()];
      if (other !== undefined) {
        const { json, text } = await other(session.api, shown);
        return showAnswer(cli, session.form, json, () => text);
      }
      const kind = kindOf(word);
      if (session.form === 'table') return cli.out.write(await tableOf(kind));
      const { json } =
        name === undefined
          ? await listResources(session.api, kind, options.label)
          : await session.api.ask('getResource', { params: { kind, name } });
      showAnswer(cli, session.form, json, () => '');

      async function tableOf(of: Kind): Promise<string> {
        const view = viewTables[of];
        if (view !== undefined) return view(session.api, shown);
        const { items } =
          name === undefined
            ? await listResources(session.api, of, options.label)
            : { items: [await session.api.call('getResource', { params: { kind: of, name } })] };
        return resourceTable(of, items, shown);
      }
    }),
  );
  withExamples(command, [
    ['orla get nodes', 'health, age and manifest of each node'],
    ['orla get sites -l plant=pv', 'those with a label'],
    ['orla get flow pv -o yaml > flow.yaml', 'to change and apply again'],
    ['orla get alarms', 'alarms that stand now; also: streams, changes'],
  ]);
  command.addHelpText('after', `\n${kindsText()}`);
}

function kindsText(): string {
  const width = Math.max(...kindNames.map((kind) => namesOf(kind).length));
  const lines = kindNames.map((kind) => `  ${namesOf(kind).padEnd(width)}  ${kinds[kind].summary}`);
  return `Kinds:\n${lines.join('\n')}\n`;
}

const namesOf = (kind: Kind) => [kinds[kind].plural, ...shortNamesOf(kind)].join(', ');
