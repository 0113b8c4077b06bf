import type { Problem } from '../../contracts/errors.ts';
import type { Scalar } from '../../contracts/names.ts';
import { nearest } from '../base/nearest.ts';

/** What `${…}` may name at one node. Later scopes win: deployment < site < node. */
export interface VariableScope {
  readonly variables: Readonly<Record<string, Scalar>>;
  readonly site: Readonly<Record<string, Scalar>>;
  readonly node: Readonly<Record<string, Scalar>>;
  /** Secrets sealed to this node. `${secret.NAME}` stays as it is: only the node can open it. */
  readonly secrets: readonly string[];
}

export interface Resolved {
  value: unknown;
  problems: Problem[];
  /** Names of the secrets that were met. */
  secrets: string[];
}

const reference = /\$\{([^}]*)\}/g;

/** Puts values in the place of variables, everywhere in a JSON value. Text that is one variable keeps the variable's type. */
export function resolveVariables(value: unknown, scope: VariableScope, where = ''): Resolved {
  const problems: Problem[] = [];
  const secrets = new Set<string>();

  const lookUp = (name: string, at: string): Scalar | undefined => {
    const [head, ...rest] = name.split('.');
    const key = rest.join('.');
    if (head === 'secret' && rest.length > 0) {
      if (scope.secrets.includes(key)) {
        secrets.add(key);
        return `\${${name}}`;
      }
      problems.push({
        where: at,
        message: `the secret "${key}" is not sealed to this node`,
        hint: `Set it for this node: orla secret set ${key}`,
      });
      return undefined;
    }
    const space =
      head === 'site' && rest.length > 0
        ? scope.site
        : head === 'node' && rest.length > 0
          ? scope.node
          : scope.variables;
    const inSpace = space === scope.variables ? name : key;
    const found = Object.hasOwn(space, inSpace) ? space[inSpace] : undefined;
    if (found !== undefined) return found;
    const known = [
      ...Object.keys(scope.variables),
      ...Object.keys(scope.site).map((k) => `site.${k}`),
      ...Object.keys(scope.node).map((k) => `node.${k}`),
    ];
    const close = nearest(name, known);
    problems.push({
      where: at,
      message: `the variable "${name}" is not defined for this node`,
      hint: close === undefined ? 'Define it on the deployment, the site or the node.' : `Did you mean "${close}"?`,
    });
    return undefined;
  };

  const walk = (item: unknown, at: string): unknown => {
    if (typeof item === 'string') {
      const whole = /^\$\{([^}]*)\}$/.exec(item);
      if (whole !== null) return lookUp(whole[1]!.trim(), at) ?? item;
      return item.replace(reference, (text, name: string) => {
        const found = lookUp(name.trim(), at);
        return found === undefined ? text : String(found);
      });
    }
    if (Array.isArray(item)) return item.map((child, index) => walk(child, `${at}[${index}]`));
    if (item !== null && typeof item === 'object') {
      return Object.fromEntries(
        Object.entries(item).map(([key, child]) => [key, walk(child, at === '' ? key : `${at}.${key}`)]),
      );
    }
    return item;
  };

  return { value: walk(value, where), problems, secrets: [...secrets].sort() };
}
