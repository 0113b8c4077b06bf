import { stringify } from 'yaml';
import type { Cli } from '../cli.ts';

export const outputForms = ['table', 'json', 'yaml'] as const;
export type OutputForm = (typeof outputForms)[number];

/** Prints an answer of the API as it came, or the text that people read. */
export function showAnswer(cli: Pick<Cli, 'out'>, form: OutputForm, json: unknown, text: () => string): void {
  if (form === 'json') cli.out.write(`${JSON.stringify(json, null, 2)}\n`);
  else if (form === 'yaml') cli.out.write(yamlText(json));
  else cli.out.write(text());
}

/** Plain YAML: long text stays on its line, nothing is an alias. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
