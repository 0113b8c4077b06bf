import type { Runtime, Session } from '../../adapters/runtimes/port.ts';

/** Models in memory, each once however many flows call it. */
export interface ModelCache {
  /** Loads the artifact, or shares the session that is open. Release what was got. 'invalid-model' with the reason. */
  open(sha256: string, path: string): Promise<Session>;
  release(sha256: string): Promise<void>;
}

/** Sessions use one thread: the others belong to the connectors and to other models. */
const THREADS = 1;

export function createModelCache(runtime: Runtime): ModelCache {
  const open = new Map<string, { session: Promise<Session>; users: number }>();
  return {
    open: async (sha256, path) => {
      const known = open.get(sha256) ?? { session: runtime.load(path, { threads: THREADS }), users: 0 };
      open.set(sha256, known);
      known.users += 1;
      try {
        return await known.session;
      } catch (error) {
        if (open.get(sha256) === known) open.delete(sha256);
        throw error;
      }
    },
    release: async (sha256) => {
      const known = open.get(sha256);
      if (known === undefined) return;
      known.users -= 1;
      if (known.users > 0) return;
      open.delete(sha256);
      await (await known.session).close();
    },
  };
}
