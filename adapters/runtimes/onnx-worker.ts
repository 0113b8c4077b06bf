import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorCode } from '../../contracts/errors.ts';
import type { ModelSignature } from '../../contracts/kinds/model.ts';
import { measureCall, openOnnxSession } from './onnx-session.ts';
import type { Tensor } from './port.ts';

/** What the worker is asked, by number, and what it says. */
export interface WorkerCall {
  id: number;
  inputs: Readonly<Record<string, Tensor>>;
}
export type WorkerReply =
  | { kind: 'loaded'; signature: ModelSignature; callMs: number }
  | { kind: 'refused'; code: ErrorCode; message: string }
  | { kind: 'outputs'; id: number; outputs: Record<string, Tensor> }
  | { kind: 'failed'; id: number; code: ErrorCode; message: string };

const port = parentPort!;
const { path, threads } = workerData as { path: string; threads: number };
const say = (reply: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);
const errorOf = (error: unknown) => {
  const { code, message } = error as { code?: ErrorCode; message: string };
  return { code: code ?? 'internal', message } as const;
};

try {
  const session = await openOnnxSession(path, threads);
  const callMs = await measureCall(session).catch(() => Number.POSITIVE_INFINITY);
  port.on('message', (call: WorkerCall) => {
    session.run(call.inputs).then(
      (outputs) => say({ kind: 'outputs', id: call.id, outputs }, buffersOf(outputs)),
      (error) => say({ kind: 'failed', id: call.id, ...errorOf(error) }),
    );
  });
  say({ kind: 'loaded', signature: session.signature, callMs });
} catch (error) {
  say({ kind: 'refused', ...errorOf(error) });
}

/** Buffers that go to the caller without a copy; memory that ONNX Runtime itself owns cannot. */
function buffersOf(outputs: Readonly<Record<string, Tensor>>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { data } of Object.values(outputs)) {
    if (!Array.isArray(data)) buffers.add((data as Float32Array).buffer as ArrayBuffer);
  }
  return [...buffers].filter((buffer) => buffer instanceof ArrayBuffer && !buffer.detached);
}
