import type { LinkClient } from '../../adapters/link/port.ts';
import type { Clock } from '../../adapters/system/clock.ts';
import type { Files } from '../../adapters/system/files.ts';
import type { Random } from '../../adapters/system/random.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { LogLine } from '../../contracts/report.ts';
import { backoffMs } from '../../core/base/backoff.ts';
import type { AgentLimits, Join } from './agent-ports.ts';
import { type Identity, requestEnrolment, writeIdentity } from './identity.ts';
import type { ManifestKeeper } from './manifest-keeper.ts';

const LEAST_WAIT_MS = 200;

/**
 * Enrols, trying until the control plane answers; an enrolled identity comes back at once. Trust is kept before the name,
 * so after a crash in between it is done again, with the same keys. Rejects with 'token-spent' or 'forbidden'.
 */
export async function enrol(
  ports: {
    clock: Clock;
    random: Random;
    files: Files;
    link: LinkClient;
    keeper: ManifestKeeper;
    log(level: LogLine['level'], text: string): void;
  },
  identity: Identity,
  join: Join | null,
  limits: Pick<AgentLimits, 'linkBaseMs' | 'linkMaxMs'>,
  signal: AbortSignal,
): Promise<Identity> {
  if (identity.node !== null) return identity;
  if (join === null) throw new EdgeError('unauthenticated', 'This node is not enrolled yet.');
  const window = { baseMs: limits.linkBaseMs, maxMs: limits.linkMaxMs };
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      return await enrolOnce(ports, identity, join);
    } catch (error) {
      if (error instanceof EdgeError && (error.code === 'token-spent' || error.code === 'forbidden')) throw error;
      ports.log('warn', `Cannot enrol yet: ${error instanceof Error ? error.message : String(error)}`);
      const waitMs = backoffMs({ attempt, ...window, jitter01: ports.random.number() });
      await ports.clock.sleep(Math.max(LEAST_WAIT_MS, waitMs), signal).catch(() => {});
    }
  }
  return identity;
}

async function enrolOnce(
  { files, link, keeper }: { files: Files; link: LinkClient; keeper: ManifestKeeper },
  identity: Identity,
  join: Join,
): Promise<Identity> {
  const answer = await requestEnrolment(link, identity, join);
  await keeper.offerTrust(answer.trust);
  if (keeper.trust() === null) {
    throw new EdgeError('forbidden', 'The control plane is not the one that the enrolment line names.', {
      hint: 'Check the address and the root key of the line; the token may have been seen by someone else.',
    });
  }
  const enrolled = { ...identity, node: answer.node, site: answer.site };
  await writeIdentity(files, enrolled);
  keeper.enrolledAs(answer.node);
  return enrolled;
}
