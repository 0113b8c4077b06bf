import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { EdgeError } from '../../contracts/errors.ts';
import { checkInputs } from './check-inputs.ts';
import { measureCall, openOnnxSession } from './onnx-session.ts';
import type { WorkerCall, WorkerReply } from './onnx-worker.ts';
import type { Runtime, Session, Tensor } from './port.ts';

export interface OnnxRuntimeOptions {
  /** A model whose call takes longer than this runs in a thread of its own, so that it never stops the connectors. */
  inlineCallMsMax?: number;
  /** A larger file is loaded in a thread first, because loading blocks too. */
  inlineLoadBytesMax?: number;
  /** Told where each model runs and the call that was measured. */
  onPlaced?(path: string, placed: { where: 'inline' | 'worker'; callMs: number }): void;
}

/** Calls of one model that may wait at once for its thread. */
const CALLS_WAITING_MAX = 1000;

/**
 * ONNX models on ONNX Runtime's CPU provider. Its Node binding blocks the calling thread, so each model is measured
 * when it is loaded: quick ones run in line (a hop to another thread costs more than they do), slow ones in a worker.
 */
export function onnxRuntime(options: OnnxRuntimeOptions = {}): Runtime {
  const callMsMax = options.inlineCallMsMax ?? 2;
  const loadBytesMax = options.inlineLoadBytesMax ?? 1024 * 1024;
  return {
    name: 'onnx',
    load: async (path, { threads }) => {
      const sizeBytes = await sizeOf(path);
      if (sizeBytes > loadBytesMax) {
        const worker = await openInWorker(path, threads);
        if (worker.callMs > callMsMax) {
          options.onPlaced?.(path, { where: 'worker', callMs: worker.callMs });
          return worker.session;
        }
        await worker.session.close();
      }
      const inline = await openOnnxSession(path, threads);
      const callMs = await measureCall(inline).catch(() => Number.POSITIVE_INFINITY);
      if (callMs <= callMsMax) {
        options.onPlaced?.(path, { where: 'inline', callMs });
        return inline;
      }
      await inline.close();
      const worker = await openInWorker(path, threads);
      options.onPlaced?.(path, { where: 'worker', callMs: worker.callMs });
      return worker.session;
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new EdgeError('invalid-model', `The model file ${path} cannot be read.`, { where: path, cause });
  }
}

interface Waiting {
  resolve(outputs: Record<string, Tensor>): void;
  reject(error: EdgeError): void;
}

async function openInWorker(path: string, threads: number): Promise<{ session: Session; callMs: number }> {
  const worker = new Worker(new URL('./onnx-worker.ts', import.meta.url), { workerData: { path, threads } });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let gone: EdgeError | undefined;

  const end = (error: EdgeError) => {
    gone ??= error;
    for (const one of waiting.values()) one.reject(gone);
    waiting.clear();
  };
  const loaded = await new Promise<Extract<WorkerReply, { kind: 'loaded' }>>((resolve, reject) => {
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'loaded') return resolve(reply);
      if (reply.kind === 'refused') return reject(new EdgeError(reply.code, reply.message, { where: path }));
      const one = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (reply.kind === 'outputs') one?.resolve(reply.outputs);
      else one?.reject(new EdgeError(reply.code, reply.message));
    });
    worker.on('error', (cause) => {
      end(new EdgeError('internal', `The thread of the model failed: ${cause.message}`, { where: path, cause }));
      reject(gone);
    });
    worker.on('exit', () => {
      end(new EdgeError('closed', 'The model was closed.'));
      reject(gone);
    });
  }).catch(async (error) => {
    await worker.terminate();
    throw error;
  });

  const { signature, callMs } = loaded;
  const session: Session = {
    signature,
    run: (inputs) =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) throw gone;
        checkInputs(signature, inputs);
        if (waiting.size >= CALLS_WAITING_MAX) {
          throw new EdgeError('too-many', `${CALLS_WAITING_MAX} calls wait for the model already.`, { where: path });
        }
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, inputs } satisfies WorkerCall);
      }),
    close: async () => {
      end(new EdgeError('closed', 'The model was closed.'));
      await worker.terminate();
    },
  };
  return { session, callMs };
}
