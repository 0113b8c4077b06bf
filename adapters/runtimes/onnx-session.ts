import { EdgeError } from '../../contracts/errors.ts';
import type { ModelSignature, TensorSignature } from '../../contracts/kinds/model.ts';
import { checkInputs } from './check-inputs.ts';
import type { Session, Tensor } from './port.ts';

type Ort = typeof import('onnxruntime-node');

const supported: ReadonlySet<string> = new Set(['float32', 'float64', 'int64', 'int32', 'bool', 'string', 'uint8']);

/** Loads the native library, which takes tens of milliseconds, before the first model needs it. */
export async function loadOnnxLibrary(): Promise<void> {
  await import('onnxruntime-node');
}

/** A session in this thread: a call blocks the thread for as long as the model takes (ONNX Runtime's Node binding). */
export async function openOnnxSession(path: string, threads: number): Promise<Session> {
  const { default: ort } = (await import('onnxruntime-node')) as unknown as { default: Ort };
  ort.env.logLevel = 'error';
  const session = await create(ort, path, threads);
  const signature = signatureOf(session, path);
  const inputs = signature.inputs.map(({ name }) => name);
  let open = true;
  return {
    signature,
    run: async (given) => {
      if (!open) throw new EdgeError('closed', 'The model was closed.');
      checkInputs(signature, given);
      const feeds: Record<string, InstanceType<Ort['Tensor']>> = {};
      for (const name of inputs) {
        const { type, data, shape } = given[name]!;
        feeds[name] = new ort.Tensor(type as 'float32', data as Float32Array, shape);
      }
      try {
        const results = await session.run(feeds);
        const outputs: Record<string, Tensor> = {};
        for (const name in results) {
          const { type, dims, data } = results[name]!;
          outputs[name] = { type: type as Tensor['type'], shape: dims, data: data as Tensor['data'] };
        }
        return outputs;
      } catch (cause) {
        throw new EdgeError('invalid-model', `The model failed: ${reasonOf(cause)}`, { cause });
      }
    },
    close: async () => {
      if (!open) return;
      open = false;
      await session.release();
    },
  };
}

/** Milliseconds that one call takes: the least of a few, with zeros as inputs and 1 for free dimensions. */
export async function measureCall(session: Session): Promise<number> {
  const inputs = Object.fromEntries(session.signature.inputs.map((input) => [input.name, zeros(input)]));
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MEASURED_CALLS; round++) {
    const from = performance.now();
    await session.run(inputs);
    least = Math.min(least, performance.now() - from);
  }
  return least;
}

const MEASURED_CALLS = 4;

function zeros({ type, shape }: TensorSignature): Tensor {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : 1));
  const count = sizes.reduce((product, size) => product * size, 1);
  const data = {
    float32: () => new Float32Array(count),
    float64: () => new Float64Array(count),
    int64: () => new BigInt64Array(count),
    int32: () => new Int32Array(count),
    bool: () => new Uint8Array(count),
    uint8: () => new Uint8Array(count),
    string: () => new Array<string>(count).fill(''),
  }[type as Tensor['type']]();
  return { type: type as Tensor['type'], shape: sizes, data };
}

function create(ort: Ort, path: string, threads: number) {
  const options = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Waiting threads must not burn the core that the connectors need.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  } as const;
  return ort.InferenceSession.create(path, options).catch((cause: unknown) => {
    throw new EdgeError('invalid-model', `ONNX Runtime cannot load the model: ${reasonOf(cause)}`, {
      where: path,
      cause,
    });
  });
}

function signatureOf(session: Awaited<ReturnType<typeof create>>, path: string): ModelSignature {
  const describe = (metadata: typeof session.inputMetadata): TensorSignature[] =>
    metadata.map((value) => {
      if (!value.isTensor || !supported.has(value.type)) {
        const what = value.isTensor ? value.type : 'not a tensor';
        throw new EdgeError('invalid-model', `${value.name} of the model is ${what}, which flows cannot use.`, {
          where: path,
          hint: 'Export the model with plain tensors (for scikit-learn: options zipmap=False).',
        });
      }
      return { name: value.name, type: value.type, shape: value.shape.map((size) => (size === '' ? null : size)) };
    });
  return { inputs: describe(session.inputMetadata), outputs: describe(session.outputMetadata) };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
