import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EdgeError } from '../../contracts/errors.ts';
import { TensorSignature } from '../../contracts/kinds/model.ts';
import { checkInputs } from './check-inputs.ts';
import type { Runtime, Session, Tensor } from './port.ts';

/**
 * A linear model in JSON: every output is a float32 vector `weights · x + bias`, where x is all inputs one after the
 * other. Enough to run flows, agents and simulations without a native library.
 */
export const LinearModel = z.strictObject({
  inputs: z.array(TensorSignature.extend({ type: z.literal('float32') })).min(1),
  outputs: z.record(
    z.string(),
    z.strictObject({ weights: z.array(z.array(z.number())).min(1), bias: z.array(z.number()) }),
  ),
});
export type LinearModel = z.infer<typeof LinearModel>;

/** Runs linear models from JSON files; see LinearModel. */
export function fakeRuntime(): Runtime {
  return {
    name: 'fake',
    load: async (path) => {
      const parsed = LinearModel.safeParse(await readJson(path));
      if (!parsed.success) {
        throw new EdgeError('invalid-model', `${path} is not a linear model: ${z.prettifyError(parsed.error)}`, {
          where: path,
        });
      }
      return linearSession(parsed.data);
    },
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new EdgeError('invalid-model', `${path} cannot be read as JSON.`, { where: path, cause });
  }
}

/** A linear model in memory, without a file. */
export function linearSession(model: LinearModel): Session {
  const signature = {
    inputs: model.inputs,
    outputs: Object.entries(model.outputs).map(([name, { weights }]) => ({
      name,
      type: 'float32',
      shape: [weights.length],
    })),
  };
  let closed = false;
  return {
    signature,
    run: async (inputs) => {
      if (closed) throw new EdgeError('closed', 'The model was closed.');
      checkInputs(signature, inputs);
      const x = model.inputs.flatMap(({ name }) => Array.from(inputs[name]!.data as Float32Array));
      const outputs: Record<string, Tensor> = {};
      for (const [name, { weights, bias }] of Object.entries(model.outputs)) {
        const data = Float32Array.from(weights, (row, i) =>
          row.reduce((sum, weight, j) => sum + weight * (x[j] ?? 0), bias[i] ?? 0),
        );
        outputs[name] = { type: 'float32', shape: [data.length], data };
      }
      return outputs;
    },
    close: async () => {
      closed = true;
    },
  };
}
