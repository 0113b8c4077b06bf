import { EdgeError } from '../../contracts/errors.ts';
import type { Cli } from './cli.ts';

/** Runs what ends only when a person stops it: being stopped is its good end. */
export async function untilStopped(cli: Pick<Cli, 'stopped'>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const stopped = cli.stopped.aborted && error instanceof EdgeError && error.code === 'closed';
    if (!stopped) throw error;
  }
}
