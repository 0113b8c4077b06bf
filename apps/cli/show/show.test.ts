import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { EdgeError } from '../../../contracts/errors.ts';
import { kindNames, kinds } from '../../../contracts/resource.ts';
import { errorText, exitCodeOf } from './error-text.ts';
import { createPaint } from './paint.ts';
import { createProgress } from './progress.ts';
import { ageText, bytesText } from './quantity.ts';
import { fieldsOf } from './schema-text.ts';
import { cutTo, tableText, widthOf } from './table.ts';

const plain = createPaint(false);

test('columns are aligned, also when a cell is coloured, and no line is wider than the terminal', () => {
  const paint = createPaint(true);
  const rows = [
    { name: 'a', health: paint.good('● healthy'), n: 7 },
    { name: 'longer', health: paint.bad('▲ unhealthy'), n: 1234 },
  ];
  const columns = [
    { head: 'NAME', cell: (row: (typeof rows)[number]) => row.name },
    { head: 'HEALTH', cell: (row: (typeof rows)[number]) => row.health },
    { head: 'N', right: true, cell: (row: (typeof rows)[number]) => row.n },
  ];
  assert.equal(
    stripVTControlCharacters(tableText(rows, columns)),
    'NAME    HEALTH          N\na       ● healthy       7\nlonger  ▲ unhealthy  1234\n',
  );
  for (const line of tableText(rows, columns, 12).split('\n')) assert.ok(widthOf(line) <= 12, line);
});

test('cutting keeps escape sequences whole', () => {
  const cut = cutTo(createPaint(true).good('abcdef'), 4);
  assert.equal(stripVTControlCharacters(cut), 'abc…');
  assert.ok(cut.endsWith('\u001b[39m'));
});

test('quantities as people read them', () => {
  assert.deepEqual([0, 59_400, 60_000, 3_600_000, 200_000_000, null].map(ageText), [
    '0s',
    '59s',
    '1m',
    '1h',
    '2d',
    '-',
  ]);
  assert.deepEqual([0, 999, 1000, 34_120, 999_600, 2.5e9].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '34.1 kB',
    '1.0 MB',
    '2.5 GB',
  ]);
});

test('an error says what, where and what to do, and gives the exit code of the table', () => {
  const error = new EdgeError('unknown-field', 'Unknown field "evry".', {
    where: 'a.yaml:8:28',
    hint: 'Did you mean "every"?',
  });
  assert.equal(
    errorText(error, plain, false),
    'error Unknown field "evry".\n  at a.yaml:8:28\n  → Did you mean "every"?\n',
  );
  assert.equal(exitCodeOf(error), 2);
  assert.equal(exitCodeOf(new TypeError('a bug')), 1);
  assert.ok(!errorText(new TypeError('a bug'), plain, false).includes('show.test.ts'), 'no stack without --debug');
  assert.ok(errorText(new TypeError('a bug'), plain, true).includes('show.test.ts'));
});

test('progress is one changing line in a terminal and plain lines elsewhere', () => {
  const said: string[] = [];
  const output = (isTerminal: boolean) => ({ write: (text: string) => void said.push(text), isTerminal, columns: 60 });
  const piped = createProgress(output(false));
  piped.show('waiting');
  piped.show('waiting');
  piped.show('1 of 3', 0.33);
  piped.end();
  assert.deepEqual(said.splice(0), ['waiting\n']);
  const seen = createProgress(output(true));
  seen.show('1 of 3', 1 / 3);
  seen.end();
  assert.match(said.join(''), /█{8}░{16}\]\s+33 % 1 of 3/);
  assert.ok(said.at(-1)?.endsWith('\u001b[2K'));
});

test('every kind can be described, field by field', () => {
  for (const kind of kindNames) assert.ok(fieldsOf(kinds[kind].spec, 'spec').length > 0, kind);
  const site = fieldsOf(kinds.Site.spec, 'spec');
  assert.deepEqual(
    site.find((field) => field.path === 'spec.latitude'),
    {
      path: 'spec.latitude',
      type: 'number from -90 to 90',
      required: true,
      about: 'Degrees north, WGS 84',
    },
  );
  const flow = fieldsOf(kinds.Flow.spec, 'spec').map((field) => field.path);
  assert.ok(flow.includes('spec.steps[].when.hysteresis'), flow.join(' '));
});
