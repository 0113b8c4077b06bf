import { EdgeError } from '../../contracts/errors.ts';
import type { Resource } from '../../contracts/resource.ts';
import type { Centre } from './centre.ts';
import { currentRelease } from './fleet.ts';
import { beginRelease, nextRelease } from './release-loop.ts';

/**
 * Goes back to an earlier release, as a new release and rollout. What the resources say now is held back until one of them
 * changes; otherwise it would be released again at once.
 */
export async function rollBack(
  centre: Centre,
  deployment: Resource<'Deployment'>,
  to: number,
  actor: string,
): Promise<void> {
  const { mirror } = centre;
  const { name } = deployment;
  const releases = mirror.releases.get(name) ?? [];
  const earlier = releases.find((release) => release.release === to);
  if (earlier === undefined) {
    const there = releases.map((release) => release.release).join(', ');
    throw new EdgeError('not-found', `There is no release ${to} of ${name}.`, {
      where: `${name}/${to}`,
      hint: there === '' ? 'It has none yet.' : `There are: ${there}.`,
    });
  }
  if (currentRelease(mirror.rollouts.get(name)) === to) {
    throw new EdgeError('conflict', `Release ${to} of ${name} is the present one.`, {
      where: `${name}/${to}`,
      hint: 'Choose an earlier one.',
    });
  }
  const latest = releases.at(-1)!;
  const wanted = nextRelease(mirror, mirror.resources, deployment);
  const held = wanted.kind === 'make' ? wanted.digest : (mirror.held.get(name) ?? latest.digest);
  const { digest, body } = earlier;
  const release = latest.release + 1;
  await beginRelease(
    centre,
    deployment,
    { deployment: name, release, digest, body, madeBy: actor, because: `back to release ${to}` },
    held,
  );
}
