import { EdgeError } from '../../contracts/errors.ts';
import type { ModelSignature, TensorSignature } from '../../contracts/kinds/model.ts';
import type { Tensor } from './port.ts';

/** Throws 'invalid-model', naming the input, what it got and what the signature expects. Cheap: runs before every call. */
export function checkInputs(signature: ModelSignature, inputs: Readonly<Record<string, Tensor>>): void {
  let given = 0;
  for (const _ in inputs) given += 1;
  if (given !== signature.inputs.length) {
    for (const name in inputs) {
      if (signature.inputs.every((input) => input.name !== name)) {
        throw misfit(name, 'a tensor', 'no input of this name');
      }
    }
  }
  for (const expected of signature.inputs) {
    const got = inputs[expected.name];
    if (got === undefined) throw misfit(expected.name, 'nothing', describe(expected));
    if (!fits(expected, got)) throw misfit(expected.name, describe(got), describe(expected));
  }
}

function fits(expected: TensorSignature, got: Tensor): boolean {
  if (expected.type !== got.type || expected.shape.length !== got.shape.length) return false;
  let count = 1;
  for (let axis = 0; axis < got.shape.length; axis++) {
    const size = got.shape[axis]!;
    const wanted = expected.shape[axis];
    if (typeof wanted === 'number' && wanted !== size) return false;
    count *= size;
  }
  return got.data.length === count;
}

function describe({
  type,
  shape,
  data,
}: {
  type: string;
  shape: readonly unknown[];
  data?: { length: number };
}): string {
  const sizes = `${type}[${shape.map((size) => size ?? '?').join(', ')}]`;
  return data === undefined ? sizes : `${sizes} with ${data.length} values`;
}

function misfit(name: string, got: string, expected: string): EdgeError {
  return new EdgeError('invalid-model', `Input ${name} of the model got ${got}, expected ${expected}.`, {
    where: name,
    hint: 'Give the model the inputs that its signature names.',
  });
}
