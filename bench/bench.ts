import { parseArgs } from 'node:util';
import type { BenchResult } from './bench-result.ts';
import { resultTable } from './result-table.ts';

/** Every benchmark by its name; each measures its budgets against a comparator in the same run. */
const benches: Readonly<Record<string, () => Promise<{ run(): Promise<BenchResult | BenchResult[]> }>>> = {
  decision: () => import('./decision.ts'),
  footprint: () => import('./footprint.ts'),
  inference: () => import('./inference.ts'),
  journal: () => import('./journal.ts'),
};

const usage = `npm run bench -- NAME… [--json]   names: ${Object.keys(benches).join(', ')}\n`;

process.exitCode = await main();

/** 0 when every budget is kept, 1 when one is missed, 2 when it was called wrongly. */
async function main(): Promise<number> {
  let names: string[];
  let json: boolean;
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
    names = positionals;
    json = values.json ?? false;
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (names.length === 0) return wrong('Name at least one benchmark.');
  if (unknown.length > 0) return wrong(`There is no benchmark ${unknown.join(', ')}.`);
  const results: BenchResult[] = [];
  for (const name of names) results.push(...[await (await benches[name]!()).run()].flat());
  process.stdout.write(json ? `${JSON.stringify(results, undefined, 2)}\n` : resultTable(results));
  return results.every(({ passed }) => passed) ? 0 : 1;
}

function wrong(message: string): number {
  process.stderr.write(`${message}\n${usage}`);
  return 2;
}
