import type { Command } from 'commander';
import { z } from 'zod';
import { registry } from '../../../adapters/connectors/registry.ts';
import { EdgeError } from '../../../contracts/errors.ts';
import { kinds } from '../../../contracts/resource.ts';
import { suggest } from '../../../core/base/nearest.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, openSession, withApiOptions, withExamples } from '../command.ts';
import { kindOf } from '../kind-names.ts';
import { showAnswer, yamlText } from '../show/answer.ts';
import {
  describeDeployment,
  describeModel,
  describeNode,
  describeResource,
  describeSite,
} from '../show/describe-text.ts';
import { createPaint } from '../show/paint.ts';
import { fieldsOf, fieldsText } from '../show/schema-text.ts';

export function describeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('describe')
    .summary('everything about one thing, kind or protocol')
    .description('everything about one resource; or what a kind or a protocol can say')
    .argument('<kind>', 'kind, or `kind`, or `protocol`')
    .argument('<name>', 'name');
  withApiOptions(command).action(async (word: string, name: string, options: ApiOptions) => {
    if (word === 'kind') return describeKind(cli, options, name);
    if (word === 'protocol') return describeProtocol(cli, options, name);
    const session = openSession(cli, options);
    const shown = { paint: createPaint(cli.colour), now: cli.clock.now() };
    const kind = kindOf(word);
    const { api, form } = session;
    if (kind === 'Node') {
      const { answer, json } = await api.ask('node', { params: { node: name } });
      return showAnswer(cli, form, json, () => describeNode(answer, shown));
    }
    if (kind === 'Deployment') {
      const { answer, json } = await api.ask('deployment', { params: { deployment: name } });
      return showAnswer(cli, form, json, () => describeDeployment(answer, shown));
    }
    const { answer, json } = await api.ask('getResource', { params: { kind, name } });
    if (form !== 'table') return showAnswer(cli, form, json, () => '');
    if (kind === 'Site') {
      const { items } = await api.call('sites', {});
      return cli.out.write(
        describeSite(
          answer,
          items.find((site) => site.name === name),
          shown,
        ),
      );
    }
    if (kind === 'Model') return cli.out.write(await describeModel(api, answer, shown));
    cli.out.write(describeResource(answer, shown));
  });
  withExamples(command, [
    ['orla describe node greensboro-1', 'health, workloads, equipment, streams'],
    ['orla describe deployment pv', 'counts, rollout, releases'],
    ['orla describe kind Flow', 'every field that a flow can have'],
    ['orla describe protocol modbus', 'the settings of a connector, with an example'],
  ]);
}

function describeKind(cli: Cli, options: ApiOptions, word: string): void {
  const kind = kindOf(word);
  const { spec, summary, writer } = kinds[kind];
  if (options.output !== 'table') {
    showAnswer(cli, options.output, z.toJSONSchema(spec, { io: 'input', unrepresentable: 'any' }), () => '');
    return;
  }
  const whose = writer === 'system' ? 'Made by the system; nobody writes one.\n' : '';
  cli.out.write(`${kind}: ${summary}\n${whose}\n`);
  cli.out.write(`  kind: ${kind}\n  name: lower-case letters, digits and hyphens\n  labels: name → text\n`);
  cli.out.write(fieldsText(fieldsOf(spec, 'spec')));
}

function describeProtocol(cli: Cli, options: ApiOptions, name: string): void {
  const found = registry[name];
  if (found === undefined) {
    throw new EdgeError('not-found', `There is no protocol "${name}".`, {
      hint: suggest(name, Object.keys(registry)) ?? `Known: ${Object.keys(registry).join(', ')}.`,
    });
  }
  const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const json = { ...found, config: schemaOf(found.config), source: schemaOf(found.source) };
  showAnswer(cli, options.output, JSON.parse(JSON.stringify(json)), () =>
    [
      `${found.name}: ${found.summary}\n`,
      `${found.about.trim()}\n`,
      `Settings (spec.config):\n${fieldsText(fieldsOf(found.config, 'config'))}`,
      `Of a tag (spec.tags[].source):\n${fieldsText(fieldsOf(found.source, 'source'))}`,
      `Example:\n${yamlText({ kind: 'Connector', name: `my-${found.name}`, spec: found.example }).replaceAll(/^(?=.)/gm, '  ')}`,
    ].join('\n'),
  );
}
