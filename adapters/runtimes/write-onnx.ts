/** Element types of ONNX tensors that the writer knows (TensorProto.DataType). */
const elementTypes = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;
type ElementType = keyof typeof elementTypes;

export interface OnnxValue {
  name: string;
  type: ElementType;
  /** A number, or the name of a dimension that is free. */
  shape: readonly (number | string)[];
}

export interface OnnxNode {
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxConstant {
  name: string;
  type: 'float32' | 'int64';
  shape: readonly number[];
  data: Float32Array | BigInt64Array;
}

export interface OnnxGraph {
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  constants: readonly OnnxConstant[];
  nodes: readonly OnnxNode[];
}

const IR_VERSION = 8;
const OPSET = 17;

/**
 * Writes a graph as an ONNX file (onnx.proto of ONNX 1.12: IR 8, opset 17; protobuf wire format): models for tests,
 * benchmarks and examples without a training framework.
 */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
  const body = message(
    ...graph.nodes.map((node) => bytes(1, nodeProto(node))),
    text(2, 'graph'),
    ...graph.constants.map((constant) => bytes(5, tensorProto(constant))),
    ...graph.inputs.map((value) => bytes(11, valueInfo(value))),
    ...graph.outputs.map((value) => bytes(12, valueInfo(value))),
  );
  return message(integer(1, IR_VERSION), text(2, 'orla'), bytes(7, body), bytes(8, integer(2, OPSET)));
}

function nodeProto({ operator, inputs, outputs, attributes = {} }: OnnxNode): Buffer {
  return message(
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
  );
}

/** AttributeProto: whole numbers are INT (2) or INTS (7), others FLOAT (1). */
function attribute(name: string, value: number | readonly number[]): Buffer {
  if (typeof value !== 'number') return message(text(1, name), ...value.map((v) => integer(8, v)), integer(20, 7));
  if (Number.isInteger(value)) return message(text(1, name), integer(3, value), integer(20, 2));
  const float = Buffer.alloc(5);
  float[0] = (2 << 3) | 5;
  float.writeFloatLE(value, 1);
  return message(text(1, name), float, integer(20, 1));
}

function tensorProto({ name, type, shape, data }: OnnxConstant): Buffer {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return message(...shape.map((n) => integer(1, n)), integer(2, elementTypes[type]), text(8, name), bytes(9, raw));
}

function valueInfo({ name, type, shape }: OnnxValue): Buffer {
  const dimensions = shape.map((size) => bytes(1, typeof size === 'number' ? integer(1, size) : text(2, size)));
  const tensor = message(integer(1, elementTypes[type]), bytes(2, message(...dimensions)));
  return message(text(1, name), bytes(2, bytes(1, tensor)));
}

function message(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts);
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 127n; left >>= 7n) out.push(Number(left & 127n) | 128);
  out.push(Number(left));
  return Buffer.from(out);
}
