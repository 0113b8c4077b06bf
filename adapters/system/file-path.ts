import { EdgeError } from '../../contracts/errors.ts';

/** The segments of a relative path, `''` being the root itself; EdgeError `bad-request` when it could leave the root. */
export function pathSegments(path: string): string[] {
  if (path === '') return [];
  const segments = path.split('/');
  const bad = segments.some(
    (segment) => segment === '' || segment === '.' || segment === '..' || /[\0\\:]/.test(segment),
  );
  if (bad) throw new EdgeError('bad-request', `The path "${path}" is not a plain path below its folder.`);
  return segments;
}
