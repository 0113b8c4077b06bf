import { EdgeError } from '../../contracts/errors.ts';

/** Settings with every `${secret.NAME}` replaced by what was opened for it. 'not-found' names a secret that is missing. */
export function fillSecrets<T>(settings: T, secrets: Readonly<Record<string, string>>): T {
  if (typeof settings === 'string') {
    return settings.replace(/\$\{secret\.([a-z0-9-]+)\}/g, (_whole, name: string) => {
      const value = secrets[name];
      if (value === undefined) throw new EdgeError('not-found', `The secret ${name} was not given.`, { where: name });
      return value;
    }) as T;
  }
  if (Array.isArray(settings)) return settings.map((item) => fillSecrets(item, secrets)) as T;
  if (typeof settings !== 'object' || settings === null) return settings;
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, fillSecrets(value, secrets)])) as T;
}
