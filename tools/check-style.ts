import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CommandResult, repository, runCommand } from './run-command.ts';

const never = new Set(['node_modules', 'dist', '.orla', '.git', '.venv', '__pycache__']);

/** Files of the repository that match a glob pattern, in order, without what was installed or built. */
export function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: repository, exclude: (name) => never.has(basename(String(name))) })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

const binOf = (name: string) => join(repository, 'node_modules', '.bin', name);

/** Types of every program, format and lint, and the house rules: two at a time, in the order in which they end. */
export async function checkStyle(report: (result: CommandResult) => void): Promise<boolean> {
  const tsconfigs = ['tsconfig.json', 'core/tsconfig.json', 'apps/console/tsconfig.json'];
  const jobs = [
    ...tsconfigs
      .filter((path) => existsSync(join(repository, path)))
      .map((path) => () => runCommand(`types (${path})`, binOf('tsc'), ['-p', path])),
    () => runCommand('format and lint', binOf('biome'), ['check', '--colors=off', '--diagnostic-level=warn', '.']),
    async () => houseRules(),
  ];
  let good = true;
  const worker = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const result = await job();
      good &&= result.ok;
      report(result);
    }
  };
  await Promise.all([worker(), worker()]);
  return good;
}

const rules: { applies: RegExp; forbids: RegExp; because: string }[] = [
  {
    applies: /\.(test|live|long)\.ts$/,
    forbids: /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\(|\bskip: true\b/,
    because: 'a test that is skipped, or that keeps others from running, shows nothing',
  },
  {
    applies: /\.tsx?$/,
    forbids: /\/\/\s*(?:TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-nocheck/,
    because: 'what is not done belongs in an issue; a type error is mended, not silenced',
  },
];
const badName = /(?:^|\/)(?:utils|helpers|index|types)\.ts$|(?:^|\/)[^/]*[A-Z_][^/]*\.ts$/;

/** What no tool checks for us: names of files, skipped tests, notes to oneself. */
function houseRules(): CommandResult {
  const begunAt = performance.now();
  const found: string[] = [];
  for (const path of filesOf('**/*.{ts,tsx}')) {
    if (badName.test(path)) found.push(`${path}: name it in kebab-case after what it exports`);
    const text = readFileSync(join(repository, path), 'utf8');
    for (const rule of rules) {
      if (!rule.applies.test(path) || path === 'tools/check-style.ts') continue;
      text.split('\n').forEach((line, at) => {
        if (rule.forbids.test(line)) found.push(`${path}:${at + 1}: ${rule.because}\n    ${line.trim()}`);
      });
    }
  }
  return { name: 'house rules', ok: found.length === 0, output: found.join('\n'), tookMs: performance.now() - begunAt };
}
