import { globSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments } from 'yaml';
import { EdgeError, type Problem } from '../../contracts/errors.ts';

/** One resource as a file says it, and how to find its fields in the file again. */
export interface WrittenResource {
  readonly resource: { kind: string; name: string } & Record<string, unknown>;
  /** `file:line:column` of a field such as `spec.steps[2].when.for`, or of the nearest thing around it. */
  place(path: string): string;
}

export const FILES_MAX = 1000;
export const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Fields that the control plane adds to what it keeps: what `orla get -o yaml` printed can be applied again. */
const kept = ['createdAt', 'updatedAt'];

/** All resources of files, folders (their .yaml, .yml and .json files, also deeper) and `-`, standard input. */
export async function readResources(
  paths: readonly string[],
  from: { cwd: string; input: Readable },
): Promise<WrittenResource[]> {
  const files: { name: string; text: string }[] = [];
  for (const path of paths) {
    if (path === '-') files.push({ name: 'standard input', text: await readAll(from.input) });
    else files.push(...filesAt(path, from.cwd).map((name) => ({ name, text: textOf(resolve(from.cwd, name), name) })));
  }
  const written = files.flatMap(({ name, text }) => parseResources(name, text));
  if (written.length === 0) {
    throw new EdgeError('bad-request', 'There is no resource in what was given.', {
      where: paths.join(', '),
      hint: 'Write documents with kind, name and spec; `orla describe kind Site` shows the fields of one.',
    });
  }
  return written;
}

/** The resources of one text of YAML documents (JSON is YAML too). EdgeError `invalid-yaml` with line and column. */
export function parseResources(file: string, text: string): WrittenResource[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(documents)) return [];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const found = documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error) => ({ where: at(error.pos[0]), message: error.message })),
  );
  if (found.length > 0) {
    throw new EdgeError('invalid-yaml', `${found[0]?.message}.`.replace(/\.\.$/, '.'), {
      where: found[0]?.where,
      problems: found.length > 1 ? found : [],
    });
  }
  return documents.flatMap((document) => {
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    const roots: readonly Node[] = isSeq(contents) ? (contents.items as Node[]) : [contents];
    return roots.map((root) => writtenResource(document, root, at));
  });
}

function writtenResource(document: Document.Parsed, root: Node, at: (offset: number) => string): WrittenResource {
  const here = at(root.range?.[0] ?? 0);
  const resource: unknown = isMap(root) ? root.toJS(document) : undefined;
  const problem = problemOf(resource);
  if (problem !== undefined) {
    throw new EdgeError('invalid-resource', problem, {
      where: here,
      hint: 'A resource has kind, name, labels and spec; `orla describe kind Site` shows the fields of one.',
    });
  }
  const plain = resource as WrittenResource['resource'];
  for (const field of kept) delete plain[field];
  return { resource: plain, place: (path) => at(offsetOf(root, segmentsOf(path))) };
}

function problemOf(resource: unknown): string | undefined {
  if (typeof resource !== 'object' || resource === null)
    return 'A resource must be a mapping with kind, name and spec.';
  const { kind, name } = resource as Record<string, unknown>;
  if (typeof kind !== 'string') return 'A resource needs a kind, for example `kind: Site`.';
  if (typeof name !== 'string') return `This ${kind} needs a name, for example \`name: greensboro\`.`;
  return undefined;
}

/** `spec.steps[2].when.for` and `spec.steps.2.when.for` as their parts. */
export function segmentsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter((part) => part !== '');
}

/** Where a field begins: its key where it has one; the deepest part that is there where the rest is missing. */
function offsetOf(root: Node, segments: readonly string[]): number {
  let node: unknown = root;
  let offset = root.range?.[0] ?? 0;
  for (let at = 0; at < segments.length; at++) {
    const step = stepInto(node, segments, at);
    if (step === undefined) return offset;
    offset = step.offset;
    node = step.node;
    at = step.last;
  }
  return offset;
}

function stepInto(
  node: unknown,
  segments: readonly string[],
  from: number,
): { node: unknown; offset: number; last: number } | undefined {
  if (isMap(node)) {
    // A key may hold dots itself: the longest run of segments that is a key wins.
    for (let last = segments.length - 1; last >= from; last--) {
      const name = segments.slice(from, last + 1).join('.');
      const pair = node.items.find((each: Pair) => keyText(each.key) === name);
      if (pair !== undefined) return { node: pair.value, offset: offsetOfNode(pair.key) ?? 0, last };
    }
    return undefined;
  }
  if (!isSeq(node)) return undefined;
  const segment = segments[from] as string;
  const item = /^\d+$/.test(segment)
    ? node.items[Number(segment)]
    : node.items.find((each) => isMap(each) && [each.get('id'), each.get('name')].includes(segment));
  const offset = offsetOfNode(item);
  return offset === undefined ? undefined : { node: item, offset, last: from };
}

const keyText = (key: unknown) => (isScalar(key) ? String(key.value) : undefined);
const offsetOfNode = (node: unknown) => (node as Node | undefined)?.range?.[0];

/** Problems of the control plane, each with the place in the files that it is about where there is one. */
export function placeProblems(problems: readonly Problem[], written: readonly WrittenResource[]): Problem[] {
  return problems.map((problem) => {
    const named = /^(?:([A-Z][A-Za-z]+)[ /]([^\s:]+)|resources[.[](\d+)\]?)[:.]?\s*(.*)$/.exec(problem.where ?? '');
    if (named === null) return problem;
    const [, kind, name, index, path] = named;
    const found =
      index === undefined
        ? written.find(({ resource }) => resource.kind === kind && resource.name === name)
        : written[Number(index)];
    return found === undefined ? problem : { ...problem, where: `${found.place(path ?? '')} (${problem.where})` };
  });
}

function filesAt(path: string, cwd: string): string[] {
  const whole = resolve(cwd, path);
  const about = statSync(whole, { throwIfNoEntry: false });
  if (about === undefined) {
    throw new EdgeError('not-found', `There is no file or folder ${path}.`, { where: path, hint: 'Check the path.' });
  }
  if (!about.isDirectory()) return [path];
  const files = globSync('**/*.{yaml,yml,json}', { cwd: whole }).sort();
  if (files.length > FILES_MAX) {
    throw new EdgeError('too-large', `${path} holds ${files.length} files; ${FILES_MAX} at once are allowed.`);
  }
  return files.map((file) => join(path, file));
}

function textOf(path: string, name: string): string {
  const about = statSync(path);
  if (about.size > FILE_BYTES_MAX) {
    throw new EdgeError('too-large', `${name} has ${about.size} bytes; ${FILE_BYTES_MAX} are allowed.`, {
      where: name,
    });
  }
  return readFileSync(path, 'utf8');
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk as Uint8Array | string));
    size += chunks.at(-1)?.length ?? 0;
    if (size > FILE_BYTES_MAX) throw new EdgeError('too-large', `Standard input is over ${FILE_BYTES_MAX} bytes.`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
