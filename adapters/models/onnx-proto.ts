import protobuf from 'protobufjs';

type Rule = 'repeated' | undefined;
const field = (id: number, type: string, rule?: Rule) => ({ id, type, ...(rule === undefined ? {} : { rule }) });
const many = (id: number, type: string) => field(id, type, 'repeated');

/**
 * The messages of ONNX that an inspection looks at, and of those only the fields that it needs: field numbers of onnx.proto
 * of ONNX 1.23 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Everything else is skipped while reading.
 */
const messages = {
  ModelProto: {
    ir_version: field(1, 'int64'),
    producer_name: field(2, 'string'),
    producer_version: field(3, 'string'),
    graph: field(7, 'GraphProto'),
    opset_import: many(8, 'OperatorSetIdProto'),
    training_info: many(20, 'TrainingInfoProto'),
    functions: many(25, 'FunctionProto'),
  },
  GraphProto: {
    node: many(1, 'NodeProto'),
    name: field(2, 'string'),
    initializer: many(5, 'TensorProto'),
    input: many(11, 'ValueInfoProto'),
    output: many(12, 'ValueInfoProto'),
    sparse_initializer: many(15, 'SparseTensorProto'),
  },
  NodeProto: {
    name: field(3, 'string'),
    op_type: field(4, 'string'),
    attribute: many(5, 'AttributeProto'),
    domain: field(7, 'string'),
  },
  AttributeProto: {
    name: field(1, 'string'),
    t: field(5, 'TensorProto'),
    g: field(6, 'GraphProto'),
    tensors: many(10, 'TensorProto'),
    graphs: many(11, 'GraphProto'),
    sparse_tensor: field(22, 'SparseTensorProto'),
    sparse_tensors: many(23, 'SparseTensorProto'),
  },
  TensorProto: {
    dims: many(1, 'int64'),
    data_type: field(2, 'int32'),
    name: field(8, 'string'),
    raw_data: field(9, 'bytes'),
    external_data: many(13, 'StringStringEntryProto'),
    data_location: field(14, 'int32'),
  },
  SparseTensorProto: { values: field(1, 'TensorProto'), indices: field(2, 'TensorProto'), dims: many(3, 'int64') },
  ValueInfoProto: { name: field(1, 'string'), type: field(2, 'TypeProto') },
  TypeProto: {
    tensor_type: field(1, 'TensorTypeProto'),
    sequence_type: field(4, 'EmptyProto'),
    map_type: field(5, 'EmptyProto'),
    opaque_type: field(7, 'EmptyProto'),
    sparse_tensor_type: field(8, 'EmptyProto'),
    optional_type: field(9, 'EmptyProto'),
  },
  TensorTypeProto: { elem_type: field(1, 'int32'), shape: field(2, 'TensorShapeProto') },
  TensorShapeProto: { dim: many(1, 'DimensionProto') },
  DimensionProto: { dim_value: field(1, 'int64'), dim_param: field(2, 'string') },
  OperatorSetIdProto: { domain: field(1, 'string'), version: field(2, 'int64') },
  FunctionProto: {
    name: field(1, 'string'),
    node: many(7, 'NodeProto'),
    opset_import: many(9, 'OperatorSetIdProto'),
    domain: field(10, 'string'),
    attribute_proto: many(11, 'AttributeProto'),
  },
  TrainingInfoProto: { initialization: field(1, 'GraphProto') },
  StringStringEntryProto: { key: field(1, 'string'), value: field(2, 'string') },
  EmptyProto: {},
};

/** Reads and writes those messages; `ModelProto` is the file. */
export const onnxModel: protobuf.Type = protobuf.Root.fromJSON({
  nested: Object.fromEntries(Object.entries(messages).map(([name, fields]) => [name, { fields }])),
}).lookupType('ModelProto');

/** Integers of 64 bits come as numbers or as objects of their own. */
type Int64 = number | { toString(): string };
type Maybe<T> = T | null | undefined;

export interface TensorProto {
  dims?: Int64[];
  data_type?: number;
  name?: string;
  raw_data?: Uint8Array;
  external_data?: { key?: string; value?: string }[];
  data_location?: number;
}
export interface SparseTensorProto {
  values?: Maybe<TensorProto>;
  indices?: Maybe<TensorProto>;
}
export interface AttributeProto {
  name?: string;
  t?: Maybe<TensorProto>;
  g?: Maybe<GraphProto>;
  tensors?: TensorProto[];
  graphs?: GraphProto[];
  sparse_tensor?: Maybe<SparseTensorProto>;
  sparse_tensors?: SparseTensorProto[];
}
export interface NodeProto {
  name?: string;
  op_type?: string;
  domain?: string;
  attribute?: AttributeProto[];
}
export interface ValueInfoProto {
  name?: string;
  type?: Maybe<{
    tensor_type?: Maybe<{ elem_type?: number; shape?: Maybe<{ dim?: { dim_value?: Int64; dim_param?: string }[] }> }>;
    sequence_type?: Maybe<object>;
    map_type?: Maybe<object>;
    opaque_type?: Maybe<object>;
    sparse_tensor_type?: Maybe<object>;
    optional_type?: Maybe<object>;
  }>;
}
export interface GraphProto {
  node?: NodeProto[];
  name?: string;
  initializer?: TensorProto[];
  sparse_initializer?: SparseTensorProto[];
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
}
export interface OperatorSetIdProto {
  domain?: string;
  version?: Int64;
}
export interface ModelProto {
  ir_version?: Int64;
  producer_name?: string;
  producer_version?: string;
  graph?: Maybe<GraphProto>;
  opset_import?: OperatorSetIdProto[];
  training_info?: object[];
  functions?: {
    name?: string;
    domain?: string;
    node?: NodeProto[];
    opset_import?: OperatorSetIdProto[];
    attribute_proto?: AttributeProto[];
  }[];
}
