import { EdgeError } from '../../contracts/errors.ts';
import type { ModelVersionSpec, TensorSignature } from '../../contracts/kinds/model.ts';
import { elementTypes } from './element-types.ts';
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  onnxModel,
  type SparseTensorProto,
  type ValueInfoProto,
} from './onnx-proto.ts';
import { recogniseFile } from './recognise-file.ts';
import { tensorElements } from './tensor-elements.ts';

/** What the bytes of a model say about it. */
export type ModelFacts = Pick<ModelVersionSpec, 'signature' | 'opsets' | 'operators' | 'parameters'> & {
  producer?: string;
};

/**
 * The newest operator set of each domain that a runtime knows. Default: onnxruntime-node 1.30, as it says itself when it is
 * given a newer one.
 */
export type KnownOpsets = Readonly<Record<string, number>>;
export const knownOpsets: KnownOpsets = { '': 26, 'ai.onnx.ml': 5, 'com.microsoft': 1, 'ai.onnx.preview.training': 1 };

/** A tensor of an input or output may have this many elements, free dimensions counted as 1. */
const SIGNATURE_ELEMENTS_MAX = 2 ** 28;
const DIMENSIONS_MAX = 32;

/**
 * Reads an ONNX file (ModelProto of onnx.proto) without running anything. EdgeError 'invalid-model' with the exact reason and
 * place when it is not ONNX, cut off, not for inference, needs other files, or is beyond what the runtime knows.
 */
export function inspectOnnx(bytes: Uint8Array, known: KnownOpsets = knownOpsets): ModelFacts {
  const model = decode(bytes);
  const { graph } = model;
  if (graph === null || graph === undefined || (graph.node ?? []).length === 0) {
    throw invalid('The model has no graph of operators: there is nothing to run.', 'graph');
  }
  if ((model.training_info ?? []).length > 0) {
    throw invalid(
      'The model carries training information: it is not one for inference.',
      'training_info',
      'Export it again for inference (evaluation mode).',
    );
  }
  const opsets = opsetsOf(model, known);
  const counted = { operators: new Map<string, number>(), parameters: 0 };
  countGraph(graph, 'graph', counted);
  for (const [index, made] of (model.functions ?? []).entries()) {
    const where = `functions[${index}] (${made.name ?? ''})`;
    countGraph({ node: made.node ?? [] }, where, counted);
    countAttributes(made.attribute_proto ?? [], where, counted);
  }
  assertDomains(counted.operators, opsets, model);
  const initialized = new Set((graph.initializer ?? []).map((tensor) => tensor.name));
  const inputs = (graph.input ?? []).filter((input) => !initialized.has(input.name));
  const outputs = graph.output ?? [];
  if (outputs.length === 0) throw invalid('The model has no outputs.', 'graph.output');
  const producer = [model.producer_name, model.producer_version].filter(Boolean).join(' ');
  return {
    signature: {
      inputs: inputs.map((value, index) => signatureOf(value, `graph.input[${index}]`)),
      outputs: outputs.map((value, index) => signatureOf(value, `graph.output[${index}]`)),
    },
    opsets,
    operators: Object.fromEntries([...counted.operators].sort(([a], [b]) => (a < b ? -1 : 1))),
    parameters: counted.parameters,
    ...(producer === '' ? {} : { producer: producer.slice(0, 200) }),
  };
}

function decode(bytes: Uint8Array): ModelProto {
  const recognised = recogniseFile(bytes);
  if (recognised !== undefined) throw invalid(`The file is not ONNX: it is ${recognised}.`);
  let model: ModelProto;
  try {
    model = onnxModel.decode(bytes) as unknown as ModelProto;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const cutOff = cause instanceof RangeError || /index out of range/.test(reason);
    throw cutOff && bytes[0] === 0x08
      ? invalid(
          'The file is cut off: it ends in the middle of the model.',
          `byte ${bytes.length}`,
          'Push the whole file again.',
          cause,
        )
      : invalid(
          `The file is not ONNX: it cannot be read as a protobuf message (${reason}).`,
          undefined,
          undefined,
          cause,
        );
  }
  const version = Number(model.ir_version ?? 0);
  if (version >= 1 && (model.opset_import ?? []).length > 0) return model;
  throw invalid('The file is not ONNX: it names neither a format version nor operator sets.');
}

/** Operator set versions by domain; `ai.onnx` and the empty name are the same domain. */
function opsetsOf(model: ModelProto, known: KnownOpsets): Record<string, number> {
  const opsets: Record<string, number> = {};
  const own = new Set((model.functions ?? []).map((made) => made.domain ?? ''));
  for (const [index, { domain = '', version = 0 }] of (model.opset_import ?? []).entries()) {
    const where = `opset_import[${index}]`;
    const name = domainName(domain);
    const newest = known[name];
    const given = Number(version);
    if (newest === undefined && !own.has(domain)) {
      throw invalid(
        `The model needs the operator domain "${domain}", which the runtime does not have.`,
        where,
        `Export it with operators of ${Object.keys(known)
          .map((one) => one || 'ai.onnx')
          .join(', ')}.`,
      );
    }
    if (newest !== undefined && !(given >= 1 && given <= newest)) {
      throw invalid(
        `The model needs operator set ${given} of ${name || 'ai.onnx'}; the runtime knows them up to ${newest}.`,
        where,
        `Export it again with operator set ${newest} or an older one.`,
      );
    }
    opsets[name] = given;
  }
  return opsets;
}

interface Counted {
  readonly operators: Map<string, number>;
  parameters: number;
}

function countGraph(graph: GraphProto, where: string, counted: Counted): void {
  for (const [index, tensor] of (graph.initializer ?? []).entries()) {
    counted.parameters += tensorElements(tensor, `${where}.initializer[${index}]`);
  }
  for (const [index, sparse] of (graph.sparse_initializer ?? []).entries()) {
    counted.parameters += sparseElements(sparse, `${where}.sparse_initializer[${index}]`);
  }
  for (const [index, node] of (graph.node ?? []).entries()) {
    const domain = domainName(node.domain ?? '');
    const operator = domain === '' ? (node.op_type ?? '') : `${domain}.${node.op_type ?? ''}`;
    const at = `${where}.node[${index}] (${operator}${node.name ? ` "${node.name.slice(0, 80)}"` : ''})`;
    if (!node.op_type) throw invalid('An operator has no type.', at);
    counted.operators.set(operator, (counted.operators.get(operator) ?? 0) + 1);
    countAttributes(node.attribute ?? [], at, counted);
  }
}

function countAttributes(attributes: readonly AttributeProto[], at: string, counted: Counted): void {
  for (const attribute of attributes) {
    const inside = `${at}.${attribute.name ?? ''}`;
    for (const tensor of [attribute.t, ...(attribute.tensors ?? [])]) {
      if (tensor) counted.parameters += tensorElements(tensor, inside);
    }
    for (const sparse of [attribute.sparse_tensor, ...(attribute.sparse_tensors ?? [])]) {
      if (sparse) counted.parameters += sparseElements(sparse, inside);
    }
    for (const body of [attribute.g, ...(attribute.graphs ?? [])]) if (body) countGraph(body, inside, counted);
  }
}

/** The indices are a tensor too, and may be in another file like any. */
function sparseElements({ values, indices }: SparseTensorProto, where: string): number {
  tensorElements(indices ?? {}, `${where}.indices`);
  return tensorElements(values ?? {}, where);
}

/** Every domain that an operator names must be one that the model imports or defines. */
function assertDomains(
  operators: ReadonlyMap<string, number>,
  opsets: Readonly<Record<string, number>>,
  model: ModelProto,
): void {
  const own = new Set((model.functions ?? []).map((made) => made.domain ?? ''));
  for (const operator of operators.keys()) {
    const dot = operator.lastIndexOf('.');
    const domain = dot === -1 ? '' : operator.slice(0, dot);
    if (opsets[domain] !== undefined || own.has(domain)) continue;
    throw invalid(`The operator ${operator} is of a domain that the model does not import.`, 'opset_import');
  }
}

function domainName(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function signatureOf(value: ValueInfoProto, place: string): TensorSignature {
  const name = value.name ?? '';
  const where = `${place} ("${name.slice(0, 80)}")`;
  const tensor = value.type?.tensor_type;
  if (tensor === null || tensor === undefined) {
    const what = Object.entries(value.type ?? {}).find(([, part]) => part !== null && part !== undefined)?.[0];
    const hint = 'Export it so that it gives plain tensors (for scikit-learn: options={"zipmap": False}).';
    throw invalid(
      `It is ${what === undefined ? 'of no type' : `a ${what.replace('_type', '').replace('_', ' ')}`}, not a tensor.`,
      where,
      hint,
    );
  }
  const type = elementTypes[tensor.elem_type ?? 0]?.name;
  if (type === undefined) throw invalid(`Its element type ${tensor.elem_type ?? 0} is unknown.`, where);
  const dims = tensor.shape?.dim ?? [];
  if (dims.length > DIMENSIONS_MAX)
    throw invalid(`It has ${dims.length} dimensions; ${DIMENSIONS_MAX} are the most.`, where);
  let elements = 1;
  const shape = dims.map((dim) => {
    if (dim.dim_param !== undefined && dim.dim_param !== '') return dim.dim_param.slice(0, 80);
    if (dim.dim_value === undefined || dim.dim_value === null) return null;
    const size = Number(dim.dim_value);
    // Some exporters write 0 or -1 for a free dimension.
    if (size === -1 || size === 0) return null;
    elements *= size;
    if (size < 0 || elements > SIGNATURE_ELEMENTS_MAX) {
      throw invalid(`Its shape cannot be right: a dimension of ${size}, ${elements} elements.`, where);
    }
    return size;
  });
  return { name, type, shape };
}

/** The error of a model that cannot be taken. */
function invalid(message: string, where?: string, hint?: string, cause?: unknown): EdgeError {
  return new EdgeError('invalid-model', message, { where, hint, cause });
}
