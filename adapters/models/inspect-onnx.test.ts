import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EdgeError } from '../../contracts/errors.ts';
import { inspectOnnx, knownOpsets } from './inspect-onnx.ts';
import { type GraphProto, type ModelProto, type NodeProto, onnxModel, type ValueInfoProto } from './onnx-proto.ts';

const floats = (values: readonly number[]) => new Uint8Array(new Float32Array(values).buffer);
const value = (name: string, dims: readonly (number | string)[], elem_type = 1): ValueInfoProto => ({
  name,
  type: {
    tensor_type: {
      elem_type,
      shape: { dim: dims.map((dim) => (typeof dim === 'number' ? { dim_value: dim } : { dim_param: dim })) },
    },
  },
});

/** A small regression, y = x·w + b, with what a test wants to be different. */
function aModel(graph: GraphProto = {}, model: ModelProto = {}): Uint8Array {
  return onnxModel
    .encode({
      ir_version: 8,
      producer_name: 'skl2onnx',
      producer_version: '1.19',
      opset_import: [{ domain: '', version: 17 }],
      ...model,
      graph: {
        node: [{ op_type: 'Gemm', name: 'g' }],
        initializer: [
          { name: 'w', dims: [3, 2], data_type: 1, raw_data: floats([1, 2, 3, 4, 5, 6]) },
          { name: 'b', dims: [2], data_type: 1, raw_data: floats([1, 2]) },
        ],
        input: [value('x', ['n', 3])],
        output: [value('y', ['n', 2])],
        ...graph,
      },
    })
    .finish();
}

function refused(bytes: Uint8Array, says: RegExp, where?: RegExp): void {
  assert.throws(
    () => inspectOnnx(bytes),
    (error: EdgeError) => {
      assert.equal(error.code, 'invalid-model');
      assert.match(error.message, says);
      if (where !== undefined) assert.match(error.where ?? '', where);
      return true;
    },
  );
}

test('signature, operator sets, operators, parameters and producer are read', () => {
  const inner: NodeProto = {
    op_type: 'If',
    attribute: [{ name: 'then_branch', g: { node: [{ op_type: 'Add' }], initializer: [{ dims: [4], data_type: 1 }] } }],
  };
  const constant: NodeProto = { op_type: 'Constant', attribute: [{ name: 'value', t: { dims: [5], data_type: 1 } }] };
  const trees: NodeProto = { op_type: 'TreeEnsembleRegressor', domain: 'ai.onnx.ml' };
  const facts = inspectOnnx(
    aModel(
      {
        node: [{ op_type: 'Gemm' }, { op_type: 'Gemm', domain: 'ai.onnx' }, inner, constant, trees],
        input: [value('x', ['n', 3, -1]), value('w', [3, 2])],
      },
      {
        opset_import: [
          { domain: 'ai.onnx', version: 15 },
          { domain: 'ai.onnx.ml', version: 3 },
        ],
      },
    ),
  );
  assert.deepEqual(facts, {
    signature: {
      inputs: [{ name: 'x', type: 'float32', shape: ['n', 3, null] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['n', 2] }],
    },
    opsets: { '': 15, 'ai.onnx.ml': 3 },
    operators: { Add: 1, Constant: 1, Gemm: 2, If: 1, 'ai.onnx.ml.TreeEnsembleRegressor': 1 },
    parameters: 6 + 2 + 4 + 5,
    producer: 'skl2onnx 1.19',
  });
});

test('functions that the model brings make their domain known', () => {
  const functions = [{ name: 'f', domain: 'pkg.torch', node: [{ op_type: 'Mul' }] }];
  const opset_import = [
    { domain: '', version: 18 },
    { domain: 'pkg.torch', version: 1 },
  ];
  const facts = inspectOnnx(aModel({ node: [{ op_type: 'f', domain: 'pkg.torch' }] }, { opset_import, functions }));
  assert.deepEqual(facts.operators, { Mul: 1, 'pkg.torch.f': 1 });
});

test('what is not ONNX is refused, and named where it can be', () => {
  refused(new Uint8Array(), /not ONNX: it is empty/);
  refused(Buffer.from('PK\u0003\u0004 torch'), /a ZIP archive \(PyTorch/);
  refused(Buffer.from([0x80, 0x04, 0x95, 1, 2, 3]), /a Python pickle/);
  refused(Buffer.from('\u0089HDF\r\n', 'latin1'), /HDF5/);
  refused(Buffer.from('    TFL3'), /TensorFlow Lite/);
  refused(Buffer.from('{"model": 1}'), /a JSON text/);
  refused(Buffer.from('just some text that somebody wrote'), /not ONNX/);
  refused(Buffer.from('\n\u0003abc'), /not ONNX/);
  refused(onnxModel.encode({ ir_version: 8 }).finish(), /neither a format version nor operator sets/);
});

test('a file that is cut off anywhere is refused', () => {
  const whole = aModel();
  for (let length = 1; length < whole.length; length += 1) {
    assert.throws(() => inspectOnnx(whole.subarray(0, length)), { code: 'invalid-model' }, `${length} bytes`);
  }
  refused(whole.subarray(0, whole.length - 20), /cut off/);
});

test('random bytes and random changes of a good model never do anything but pass or be refused', () => {
  const attempt = (bytes: Uint8Array) => {
    try {
      inspectOnnx(bytes);
    } catch (error) {
      assert.ok(error instanceof EdgeError && error.code === 'invalid-model', String(error));
    }
  };
  const good = aModel();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt));
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const changed = Uint8Array.from(good);
      changed[at] = byte;
      attempt(changed);
    }),
    { numRuns: 1000 },
  );
});

test('no graph, no operators, no outputs, training information', () => {
  refused(onnxModel.encode({ ir_version: 8, opset_import: [{ version: 17 }] }).finish(), /no graph/);
  refused(aModel({ node: [] }), /no graph of operators/);
  refused(aModel({ output: [] }), /no outputs/);
  refused(aModel({}, { training_info: [{}] }), /training information/);
});

test('values in other files are refused, with the tensor and the file', () => {
  const external_data = [{ key: 'location', value: 'weights.bin' }];
  refused(
    aModel({ initializer: [{ name: 'w', dims: [2], data_type: 1, data_location: 1, external_data }] }),
    /another file, "weights.bin"/,
    /graph.initializer\[0\] \("w"\)/,
  );
  const inside: NodeProto = {
    op_type: 'Constant',
    name: 'k',
    attribute: [{ name: 'value', t: { dims: [1], data_location: 1 } }],
  };
  refused(aModel({ node: [inside] }), /another file/, /graph.node\[0\] \(Constant "k"\).value/);
});

test('shapes that cannot be right are refused, with their place', () => {
  refused(aModel({ input: [value('x', [2 ** 31, 2 ** 20])] }), /cannot be right/, /graph.input\[0\] \("x"\)/);
  refused(aModel({ input: [value('x', [-7])] }), /cannot be right/);
  refused(aModel({ input: [value('x', Array(40).fill(1))] }), /40 dimensions/);
  refused(
    aModel({ initializer: [{ name: 'w', dims: [2 ** 30, 2 ** 30], data_type: 1 }] }),
    /cannot be right/,
    /initializer\[0\] \("w"\)/,
  );
  refused(aModel({ initializer: [{ name: 'w', dims: [-2], data_type: 1 }] }), /cannot be right/);
  refused(
    aModel({ initializer: [{ name: 'w', dims: [3], data_type: 1, raw_data: floats([1, 2]) }] }),
    /needs 12 bytes, but 8/,
  );
});

test('inputs and outputs that are no tensors, or of an unknown type, are refused with what to do', () => {
  refused(
    aModel({ output: [{ name: 'p', type: { sequence_type: {} } }] }),
    /a sequence, not a tensor/,
    /graph.output\[0\] \("p"\)/,
  );
  refused(aModel({ output: [{ name: 'p', type: {} }] }), /of no type/);
  refused(aModel({ input: [value('x', [1], 99)] }), /element type 99 is unknown/);
});

test('domains and operator sets that the runtime does not have are refused', () => {
  refused(
    aModel({}, { opset_import: [{ domain: '', version: knownOpsets['']! + 1 }] }),
    /operator set 27 of ai.onnx; the runtime knows them up to 26/,
    /opset_import\[0\]/,
  );
  refused(
    aModel(
      {},
      {
        opset_import: [
          { domain: '', version: 17 },
          { domain: 'com.example', version: 1 },
        ],
      },
    ),
    /domain "com.example"/,
    /opset_import\[1\]/,
  );
  refused(
    aModel({ node: [{ op_type: 'Own', domain: 'com.example' }] }),
    /com.example.Own is of a domain that the model does not import/,
  );
});

test('values in another file are found wherever a model may have a tensor', () => {
  const elsewhere = {
    dims: [2],
    data_type: 1,
    data_location: 1,
    external_data: [{ key: 'location', value: '/etc/passwd' }],
  };
  const inside = { dims: [2], data_type: 1 };
  const gemm: NodeProto = { op_type: 'Gemm' };
  const sparse = { values: inside, indices: elsewhere };
  const models = [
    aModel({ sparse_initializer: [sparse] }),
    aModel({ node: [{ ...gemm, attribute: [{ name: 'a', sparse_tensor: sparse }] }] }),
    aModel({ node: [{ ...gemm, attribute: [{ name: 'a', sparse_tensors: [sparse] }] }] }),
    aModel(
      {},
      { functions: [{ name: 'f', domain: '', node: [gemm], attribute_proto: [{ name: 'a', t: elsewhere }] }] },
    ),
  ];
  for (const bytes of models) refused(bytes, /another file, "\/etc\/passwd"/);
});
