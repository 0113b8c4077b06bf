import { openSecret } from '../../adapters/system/secret-value.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Manifest, Workload } from '../../contracts/manifest.ts';
import type { EnrolledIdentity } from './identity.ts';

const reference = /\$\{secret\.([a-z0-9-]+)\}/g;

/** Opens the secrets that a workload names. They are only ever in memory: here, on the channel, and in its runner. */
export async function openSecrets(
  identity: EnrolledIdentity,
  workload: Workload,
  manifest: Pick<Manifest, 'secrets'>,
): Promise<Record<string, string>> {
  const names = new Set(
    JSON.stringify(workload)
      .matchAll(reference)
      .map((match) => match[1]!),
  );
  const opened: Record<string, string> = {};
  for (const secret of names) {
    const sealed = manifest.secrets[secret];
    if (sealed === undefined) {
      throw new EdgeError('not-found', `The manifest does not bring the secret ${secret}.`, { where: workload.id });
    }
    opened[secret] = await openSecret(identity.sealing.privateKey, { node: identity.node, secret }, sealed);
  }
  return opened;
}
