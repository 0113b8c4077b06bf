import { stringify } from 'yaml';

/** A resource as people write it: kind, name, labels and spec, without what the system keeps beside it. */
export function resourceYaml(resource: {
  kind: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  spec: Readonly<Record<string, unknown>>;
}): string {
  const { kind, name, labels, spec } = resource;
  return stringify(
    { kind, name, ...(Object.keys(labels).length === 0 ? {} : { labels }), spec },
    { lineWidth: 110, aliasDuplicateObjects: false },
  );
}
