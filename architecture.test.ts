import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'node:test';

const root = import.meta.dirname;
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const never = /(^|\/)(node_modules|dist|\.orla|\.git|\.venv)(\/|$)/;
const sources = globSync('**/*.{ts,tsx}', { cwd: root, exclude: (path) => never.test(String(path)) }).map((path) =>
  path.replaceAll('\\', '/'),
);
const text = new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const isTest = (path: string) => /\.(test|live|long)\.tsx?$|conformance\.ts$/.test(path);

interface Row {
  part: string;
  imports: string[];
  packages: string[];
}

function rowsUnder(heading: string): string[][] {
  const section = page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const ticked = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

const table: Row[] = rowsUnder('Who may import whom').map(([part, imports, packages]) => ({
  part: ticked(part!)[0]!,
  imports: ticked(imports!),
  packages: ticked(packages!),
}));
const rowOf = (path: string) =>
  table.filter((row) => path.startsWith(`${row.part}/`)).sort((a, b) => b.part.length - a.part.length)[0];

function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...found].map((match) => (match[1] ?? match[2] ?? match[3])!);
}
const packageOf = (specifier: string) =>
  specifier.startsWith('node:')
    ? 'node:*'
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

test('every import agrees with the table of ARCHITECTURE.md', () => {
  const wrong: string[] = [];
  for (const [path, source] of text) {
    const row = rowOf(path);
    if (row === undefined) {
      if (path !== 'architecture.test.ts') wrong.push(`${path}: its folder has no row`);
      continue;
    }
    for (const specifier of importsOf(source)) {
      if (specifier.startsWith('.')) {
        const target = relative(root, resolve(dirname(join(root, path)), specifier)).replaceAll('\\', '/');
        const fine = target.startsWith(`${row.part}/`) || row.imports.some((part) => target.startsWith(`${part}/`));
        if (!fine) wrong.push(`${path} imports ${target}`);
        continue;
      }
      const name = packageOf(specifier);
      const fine = row.packages.includes(name) || (isTest(path) && ['node:*', 'fast-check'].includes(name));
      if (!fine) wrong.push(`${path} imports the package ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every row matches files, and every package in it is used there', () => {
  const wrong: string[] = [];
  for (const row of table) {
    const own = [...text].filter(([path]) => rowOf(path) === row);
    if (own.length === 0) wrong.push(`${row.part}: no file`);
    const used = new Set(own.flatMap(([, source]) => importsOf(source).map(packageOf)));
    for (const name of row.packages) if (!used.has(name)) wrong.push(`${row.part}: ${name} is not used`);
  }
  assert.deepEqual(wrong, []);
});

test('every dependency has its reason on the page, and every reason its dependency', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = new Set(ticked(page.split('## Dependencies')[1]!));
  const covers = (name: string) =>
    named.has(name) || [...named].some((pattern) => pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1)));
  const all = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies });
  assert.deepEqual(
    all.filter((name) => !covers(name)),
    [],
  );
  const gone = [...named].filter(
    (name) => !all.some((known) => known === name || (name.endsWith('/*') && known.startsWith(name.slice(0, -1)))),
  );
  assert.deepEqual(gone, []);
  for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies }))
    assert.match(String(version), /^\d/, 'pin exact versions');
});

test('core decides without waiting, clock or chance', () => {
  const forbidden =
    /\basync\b|\bawait\b|\bPromise\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\.|\bsetTimeout\b|\bprocess\./;
  const wrong = [...text]
    .filter(([path, source]) => path.startsWith('core/') && !isTest(path) && forbidden.test(stripped(source)))
    .map(([path]) => path);
  assert.deepEqual(wrong, []);
});

test('no module holds state', () => {
  const wrong = [...text].filter(([, source]) => /^(?:export )?let /m.test(source)).map(([path]) => path);
  assert.deepEqual(wrong, []);
});

test('the environment is read in main.ts and in tools only', () => {
  const fine = (path: string) =>
    path.endsWith('/main.ts') || path.startsWith('tools/') || path === 'architecture.test.ts';
  const wrong = [...text]
    .filter(([path, source]) => !fine(path) && /\bprocess\.env\b/.test(stripped(source)))
    .map(([path]) => path);
  assert.deepEqual(wrong, []);
});

test('files are named for what they export', () => {
  assert.deepEqual(
    sources.filter((path) => /(^|\/)(index|utils|helpers|types)\.tsx?$/.test(path)),
    [],
  );
});

test('every family has its port and its conformance suite', () => {
  const severalPorts = ['system', 'models'];
  for (const family of readdirSync(join(root, 'adapters'))) {
    if (severalPorts.includes(family)) continue;
    for (const file of ['port.ts', 'conformance.ts'])
      assert.ok(existsSync(join(root, 'adapters', family, file)), `adapters/${family}/${file}`);
  }
});

function stripped(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
}
