import { EdgeError } from '../../contracts/errors.ts';
import { elementTypes } from './element-types.ts';
import type { TensorProto } from './onnx-proto.ts';

/** DataLocation.EXTERNAL of onnx.proto. */
const EXTERNAL = 1;
/** 2 GiB, the most that protobuf can carry in one message, in elements of 2 bits. */
const ELEMENTS_MAX = 2 ** 33;

/** How many elements a constant of a model has. 'invalid-model' when its bytes are elsewhere, or do not fit its shape. */
export function tensorElements(tensor: TensorProto, place: string): number {
  const where = `${place}${tensor.name ? ` ("${tensor.name.slice(0, 80)}")` : ''}`;
  const location = (tensor.external_data ?? []).find((entry) => entry.key === 'location')?.value;
  if (tensor.data_location === EXTERNAL || location !== undefined) {
    throw new EdgeError(
      'invalid-model',
      `Its values are in another file${location === undefined ? '' : `, "${location.slice(0, 120)}"`}.`,
      {
        where,
        hint: 'Save the model as one file: onnx.save(model, path) after onnx.load(path) with its data, or export without external data.',
      },
    );
  }
  let elements = 1;
  for (const dim of tensor.dims ?? []) {
    elements *= Number(dim);
    if (!(Number(dim) >= 0 && elements <= ELEMENTS_MAX)) {
      throw new EdgeError('invalid-model', `Its shape [${(tensor.dims ?? []).join(', ')}] cannot be right.`, { where });
    }
  }
  const bits = elementTypes[tensor.data_type ?? 0]?.bits;
  const raw = tensor.raw_data;
  if (raw === undefined || raw === null || raw.length === 0 || bits === undefined || bits === null) return elements;
  const bytes = Math.ceil((elements * bits) / 8);
  if (raw.length !== bytes) {
    throw new EdgeError('invalid-model', `Its shape needs ${bytes} bytes, but ${raw.length} are there.`, { where });
  }
  return elements;
}
