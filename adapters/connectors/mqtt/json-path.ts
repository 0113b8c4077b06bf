/** `$`, then names after dots and numbers in brackets: `$.site.inverters[0].power`. A plain part of JSONPath (RFC 9535). */
export const jsonPathPattern = /^\$(\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,6}\])*$/;

/** A function that finds the value of a path; undefined where there is none. The path must match `jsonPathPattern`. */
export function jsonPath(path: string): (document: unknown) => unknown {
  const keys = [...path.matchAll(/\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]/g)].map(
    ([, name, index]) => name ?? Number(index),
  );
  return (document) =>
    keys.reduce<unknown>((value, key) => {
      if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
      const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
      return isObject && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    }, document);
}
