import { EdgeError } from '../../contracts/errors.ts';
import type { DeploymentView, RolloutView } from '../../contracts/views.ts';
import { backoffMs } from '../../core/base/backoff.ts';
import type { ApiClient } from './api-client.ts';
import type { Cli } from './cli.ts';
import type { Progress } from './show/progress.ts';
import { countText } from './show/quantity.ts';

export const FOLLOW_EVERY_MS = 500;
/** After this long without an answer the following ends; the rollout itself goes on. */
const SILENCE_MAX_MS = 60_000;

/** A rollout that is awaited: the one that replaces `from`, the release before the change; `null` when there was none. */
export interface AwaitedRollout {
  readonly deployment: string;
  readonly from: number | null;
}

/** How a followed rollout ended. */
export type FollowedRollout = RolloutView & { readonly deployment: string };

/**
 * Follows rollouts until each is done, rolled back or paused, or nothing is left to move. EdgeError `timeout` after
 * `timeoutMs`; short silences of the control plane are waited out.
 */
export async function followRollouts(
  { api, cli, progress }: { api: ApiClient; cli: Pick<Cli, 'clock' | 'stopped'>; progress: Progress },
  awaited: readonly AwaitedRollout[],
  timeoutMs: number,
): Promise<FollowedRollout[]> {
  const { clock, stopped } = cli;
  const begunAt = clock.monotonic();
  let heardAt = begunAt;
  let failures = 0;
  for (;;) {
    const seen = await rolloutsOf(api, awaited).catch((error: unknown) => {
      const silent = error instanceof EdgeError && ['unreachable', 'timeout', 'too-many'].includes(error.code);
      if (!silent || clock.monotonic() - heardAt > SILENCE_MAX_MS) throw error;
      return undefined;
    });
    if (seen !== undefined) {
      heardAt = clock.monotonic();
      const ended = seen.flatMap(({ rollout }) =>
        rollout !== undefined && rollout.phase !== 'running' ? [rollout] : [],
      );
      if (ended.length === awaited.length) return ended;
      showRollouts(progress, seen);
    }
    failures = seen === undefined ? failures + 1 : 0;
    if (clock.monotonic() - begunAt > timeoutMs) {
      throw new EdgeError('timeout', `The rollout has not ended after ${Math.round(timeoutMs / 1000)} s.`, {
        where: awaited.map(({ deployment }) => deployment).join(', '),
        hint: 'It goes on by itself: see `orla describe deployment NAME`.',
      });
    }
    const waitMs = failures === 0 ? 0 : backoffMs({ attempt: failures, baseMs: 500, maxMs: 5000, jitter01: 1 });
    await clock.sleep(FOLLOW_EVERY_MS + waitMs, stopped);
  }
}

async function rolloutsOf(
  api: ApiClient,
  awaited: readonly AwaitedRollout[],
): Promise<{ view: DeploymentView; rollout: FollowedRollout | undefined }[]> {
  return Promise.all(
    awaited.map(async ({ deployment, from }) => {
      const view = await api.call('deployment', { params: { deployment } });
      const { rollout } = view;
      const itsOwn = rollout !== null && rollout.to > (from ?? 0);
      return { view, rollout: itsOwn ? { ...rollout, deployment } : undefined };
    }),
  );
}

function showRollouts(
  progress: Progress,
  seen: readonly { view: DeploymentView; rollout: FollowedRollout | undefined }[],
) {
  const running = seen.find(({ rollout }) => rollout === undefined || rollout.phase === 'running');
  if (running === undefined) return;
  const { view, rollout } = running;
  if (rollout === undefined) return progress.show(`${view.name}: waiting for its release`);
  const healthy = rollout.nodes.filter((node) => node.phase === 'healthy').length;
  const moving = rollout.nodes.filter((node) => node.phase === 'moving').map((node) => node.node);
  const waves = rollout.waves > 1 ? `, wave ${rollout.wave} of ${rollout.waves}` : '';
  const whom = moving.length === 0 ? '' : `, moving ${moving.slice(0, 3).join(', ')}${moving.length > 3 ? ' …' : ''}`;
  const worry = rollout.nodes.some((node) => node.phase === 'unhealthy') ? `; ${rollout.because}` : '';
  progress.show(
    `${view.name} release ${rollout.to}: ${healthy} of ${countText(rollout.nodes.length, 'node')} healthy${waves}${whom}${worry}`,
    rollout.nodes.length === 0 ? 1 : healthy / rollout.nodes.length,
  );
}

/** The end of a rollout as a sentence. */
export function rolloutSentence(rollout: FollowedRollout): string {
  const took = rollout.endedAt === null ? '' : ` in ${((rollout.endedAt - rollout.startedAt) / 1000).toFixed(1)} s`;
  const healthy = rollout.nodes.filter((node) => node.phase === 'healthy').length;
  const nodes = countText(rollout.nodes.length, 'node');
  if (rollout.phase === 'done')
    return `${rollout.deployment} release ${rollout.to}: done${took}, ${healthy} of ${nodes} healthy.`;
  if (rollout.phase === 'paused') return `${rollout.deployment} release ${rollout.to}: paused; ${rollout.because}`;
  return `${rollout.deployment} release ${rollout.to}: rolled back${took}; ${rollout.because}`;
}
