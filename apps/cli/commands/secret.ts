import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { sealSecret } from '../../../adapters/system/secret-value.ts';
import { EdgeError } from '../../../contracts/errors.ts';
import type { NodeSpec } from '../../../contracts/kinds/node.ts';
import type { SecretSpec } from '../../../contracts/kinds/secret.ts';
import type { ApiClient } from '../api-client.ts';
import { applyChange, planChange } from '../apply-change.ts';
import type { Cli } from '../cli.ts';
import { type ApiOptions, inSession, pair, withApiOptions, withExamples } from '../command.ts';
import { listResources } from '../list-resources.ts';
import { ask, canAsk } from '../prompt.ts';
import { showAnswer } from '../show/answer.ts';
import { countText } from '../show/quantity.ts';

interface SecretOptions extends ApiOptions {
  readonly nodes?: string;
  readonly site?: string;
  readonly label?: Record<string, string>;
  readonly fromFile?: string;
}

export function secretCommand(program: Command, cli: Cli): void {
  const secret = program
    .command('secret')
    .summary('set a secret, sealed to its nodes')
    .description('secrets: sealed here to the nodes that may open them');
  const set = secret
    .command('set')
    .description('set a secret; the control plane never sees its value')
    .argument('<name>', 'name; connectors say ${secret.NAME}')
    .option('--nodes <names>', 'nodes that may open it, with commas')
    .option('-s, --site <site>', 'all nodes of a site')
    .option('-l, --label <key=value>', 'nodes with these labels, also of their site; may be repeated', pair)
    .option('--from-file <file>', 'file with the value; - for standard input (its last line break is left out)');
  withApiOptions(set).action(
    inSession<SecretOptions>(cli, async ({ api, form }, options, [name]) => {
      const value = await secretValue(cli, options.fromFile);
      const { nodes, answered } = await setSecret(api, name as string, value, options);
      const text = `${name} is sealed to ${countText(nodes.length, 'node')}: ${nodes.join(', ')}.\n`;
      showAnswer(cli, form, answered.json, () => text);
    }),
  );
  withExamples(set, [
    ['orla secret set broker-password --label plant=pv', 'asks for the value, without showing it'],
    ['orla secret set broker-password --nodes pv-1,pv-2 --from-file pw', 'from a file'],
  ]);
}

/** Which nodes may open a secret: all that are said must hold. */
export interface SecretNodes {
  readonly nodes?: string | undefined;
  readonly site?: string | undefined;
  readonly label?: Readonly<Record<string, string>> | undefined;
}

/** Seals a value to the key of each chosen node and applies the Secret; what other nodes have of it stays. */
export async function setSecret(api: ApiClient, name: string, value: string, chosen: SecretNodes) {
  const nodes = await nodesOf(api, chosen);
  const sealed: Record<string, SecretSpec['sealed'][string]> = {};
  for (const node of nodes) {
    sealed[node.name] = await sealSecret(node.sealingKey, { node: node.name, secret: name }, value);
  }
  const { items } = await listResources(api, 'Secret');
  const before = items.find((item) => item.name === name);
  const resource = {
    kind: 'Secret',
    name,
    labels: before?.labels ?? {},
    spec: { sealed: { ...(before?.spec as SecretSpec | undefined)?.sealed, ...sealed } },
    ...(before === undefined ? {} : { generation: before.generation }),
  };
  const wanted = { written: [{ resource, place: () => `secret ${name}` }], remove: [] };
  const { answer: plan } = await planChange(api, wanted);
  const answered = await applyChange(api, wanted, { plan });
  return { nodes: nodes.map((node) => node.name), answered };
}

async function nodesOf(
  api: ApiClient,
  { nodes, site, label }: SecretNodes,
): Promise<{ name: string; sealingKey: string }[]> {
  if (nodes === undefined && site === undefined && label === undefined) {
    throw new EdgeError('bad-request', 'Say which nodes may open it.', {
      hint: 'With --nodes a,b, --site NAME or --label key=value.',
    });
  }
  const [kept, sites] = await Promise.all([listResources(api, 'Node'), listResources(api, 'Site')]);
  const names = nodes?.split(',').map((name) => name.trim());
  const missing = names?.find((name) => !kept.items.some((node) => node.name === name));
  if (missing !== undefined)
    throw new EdgeError('not-found', `There is no node ${missing}.`, { hint: '`orla get nodes` lists them.' });
  const found = kept.items.filter((node) => {
    const spec = node.spec as unknown as NodeSpec;
    const labels = { ...sites.items.find((each) => each.name === spec.site)?.labels, ...node.labels };
    return (
      (names === undefined || names.includes(node.name)) &&
      (site === undefined || spec.site === site) &&
      Object.entries(label ?? {}).every(([key, value]) => labels[key] === value)
    );
  });
  if (found.length === 0) {
    throw new EdgeError('not-found', 'No node is chosen by that.', {
      hint: 'A secret is sealed to nodes that have enrolled: `orla get nodes`.',
    });
  }
  return found.map((node) => ({ name: node.name, sealingKey: (node.spec as unknown as NodeSpec).sealingKey }));
}

async function secretValue(cli: Cli, fromFile: string | undefined): Promise<string> {
  if (fromFile !== undefined && fromFile !== '-') return textOf(resolve(cli.cwd, fromFile), fromFile);
  if (fromFile === undefined && canAsk(cli)) return nonEmpty(await ask(cli, 'Value: ', true));
  let text = '';
  for await (const chunk of cli.input) text += String(chunk);
  return nonEmpty(text.replace(/\r?\n$/, ''));
}

function textOf(path: string, name: string): string {
  try {
    return nonEmpty(readFileSync(path, 'utf8').replace(/\r?\n$/, ''));
  } catch (cause) {
    if (cause instanceof EdgeError) throw cause;
    throw new EdgeError('not-found', `${name} cannot be read.`, { where: path, hint: 'Check the path.', cause });
  }
}

function nonEmpty(value: string): string {
  if (value === '')
    throw new EdgeError('bad-request', 'The value is empty.', { hint: 'Type one, or give it with --from-file.' });
  return value;
}
