import { EdgeError } from '../../../contracts/errors.ts';
import type { Step } from '../../../contracts/steps.ts';
import type { StepContext } from './step-context.ts';

/** Fetches what is missing of an artifact; goes on at once as long as each try brings more of it. */
export async function fetchArtifact(
  { artifact }: Extract<Step, { kind: 'fetch-artifact' }>,
  { artifacts, link, session }: StepContext,
): Promise<void> {
  const { sha256, sizeBytes } = artifact;
  for (;;) {
    const from = await artifacts.partial(sha256);
    const bearer = session();
    if (bearer === null) throw new EdgeError('unreachable', 'There is no line to the control plane.');
    try {
      await artifacts.write(sha256, sizeBytes, from, await link.fetchArtifact(sha256, from, bearer));
      return;
    } catch (error) {
      if ((await artifacts.partial(sha256)) <= from) throw error;
    }
  }
}
