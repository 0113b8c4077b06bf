import { LineCounter, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { EdgeError } from '../../../../../contracts/errors.ts';

const Input = z.looseObject({ kind: z.string(), name: z.string() });
export type ResourceText = z.infer<typeof Input>;

const DOCUMENTS_MAX = 200;

/** The resources of a YAML text, one per document. Throws `invalid-yaml` with line and column. */
export function parseResources(text: string): ResourceText[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, maxAliasCount: 100 } as never);
  if (!Array.isArray(documents) || documents.length > DOCUMENTS_MAX) {
    throw new EdgeError('invalid-yaml', `Between 1 and ${DOCUMENTS_MAX} documents can be planned at once`);
  }
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      throw new EdgeError('invalid-yaml', error.message.split('\n')[0]!.replace(/ at line.*$/, ''), {
        where: `line ${line}, column ${col}`,
      });
    }
    const parsed = Input.safeParse(document.toJS({ maxAliasCount: 100 }));
    if (parsed.success) return parsed.data;
    const { line } = lineCounter.linePos(document.range?.[0] ?? 0);
    throw new EdgeError('invalid-resource', 'A resource needs kind, name and spec', { where: `line ${line}` });
  });
}
