import { EdgeError } from '../../contracts/errors.ts';
import { type Kind, kindNames, kinds } from '../../contracts/resource.ts';
import { suggest } from '../../core/base/nearest.ts';

const short: Readonly<Record<string, Kind>> = {
  no: 'Node',
  conn: 'Connector',
  deploy: 'Deployment',
  dep: 'Deployment',
  mv: 'ModelVersion',
  version: 'ModelVersion',
  versions: 'ModelVersion',
  rule: 'AlertRule',
  rules: 'AlertRule',
};

/** The kind that a person means: `Site`, `site`, `sites`, or a short name; otherwise EdgeError `bad-request`. */
export function kindOf(word: string): Kind {
  const lower = word.toLowerCase();
  const found = kindNames.find((kind) => kind.toLowerCase() === lower || kinds[kind].plural === lower) ?? short[lower];
  if (found !== undefined) return found;
  throw new EdgeError('bad-request', `There is no kind "${word}".`, {
    hint:
      suggest(
        lower,
        kindNames.map((kind) => kind.toLowerCase()),
      ) ?? `Known: ${kindNames.join(', ')}.`,
  });
}

/** The short names of a kind, for help. */
export function shortNamesOf(kind: Kind): string[] {
  return Object.keys(short).filter((name) => short[name] === kind);
}
