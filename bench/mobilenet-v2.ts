import { type OnnxConstant, type OnnxNode, writeOnnx } from '../adapters/runtimes/write-onnx.ts';

/** Inputs of the network: a 56 × 56 image of three channels, as one vector that a flow can carry. */
export const MOBILENET_INPUTS = 3 * 56 * 56;

/** Expansion, output channels, repeats and first stride of each stage (Sandler et al. 2018, table 2). */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/**
 * MobileNetV2 1.0 with random weights and batch normalisation folded in: 300 million multiplications, 3.5 million
 * parameters. The image is enlarged to 224 × 224 inside, so the work is that of the published network.
 */
export function mobilenetV2(random: () => number): Uint8Array {
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  const name = (what: string) => `${what}${nodes.length}`;
  const weights = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => (random() - 0.5) * scale);
  const constant = (shape: readonly number[], data: Float32Array | BigInt64Array): string => {
    const id = `c${constants.length}`;
    constants.push({ name: id, type: data instanceof Float32Array ? 'float32' : 'int64', shape, data });
    return id;
  };
  const add = (operator: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string => {
    const output = name(operator);
    nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  };
  const zero = constant([], Float32Array.of(0));
  const six = constant([], Float32Array.of(6));
  const convolve = (x: string, from: number, to: number, kernel: number, stride: number, group = 1): string => {
    const size = (to * from * kernel * kernel) / group;
    const fan = (from * kernel * kernel) / group;
    const w = constant([to, from / group, kernel, kernel], weights(size, 4 / Math.sqrt(fan)));
    const b = constant([to], weights(to, 0.1));
    const pad = kernel >> 1;
    return add('Conv', [x, w, b], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group,
    });
  };
  const relu6 = (x: string) => add('Clip', [x, zero, six]);

  const image = add('Reshape', ['x', constant([4], BigInt64Array.of(1n, 3n, 56n, 56n))]);
  let x = add('Resize', [image, '', constant([4], Float32Array.of(1, 1, 4, 4))]);
  x = relu6(convolve(x, 3, 32, 3, 2));
  let channels = 32;
  for (const [expansion, to, repeats, firstStride] of stages) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const stride = repeat === 0 ? firstStride : 1;
      const wide = channels * expansion;
      let y = expansion === 1 ? x : relu6(convolve(x, channels, wide, 1, 1));
      y = relu6(convolve(y, wide, wide, 3, stride, wide));
      y = convolve(y, wide, to, 1, 1);
      x = stride === 1 && channels === to ? add('Add', [x, y]) : y;
      channels = to;
    }
  }
  x = relu6(convolve(x, channels, 1280, 1, 1));
  x = add('Flatten', [add('GlobalAveragePool', [x])], { axis: 1 });
  const w = constant([1280, 1000], weights(1_280_000, 0.1));
  nodes.push({ operator: 'Gemm', inputs: [x, w, constant([1000], weights(1000, 0.1))], outputs: ['y'] });
  return writeOnnx({
    inputs: [{ name: 'x', type: 'float32', shape: [1, MOBILENET_INPUTS] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 1000] }],
    constants,
    nodes,
  });
}

/** A perceptron 32-64-64-8 with random weights. */
export function smallPerceptron(random: () => number): Uint8Array {
  const sizes = [32, 64, 64, 8];
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  let x = 'x';
  for (let layer = 0; layer < 3; layer++) {
    const [from, to] = [sizes[layer]!, sizes[layer + 1]!];
    const data = Float32Array.from({ length: from * to }, () => (random() - 0.5) / 4);
    constants.push({ name: `w${layer}`, type: 'float32', shape: [from, to], data });
    constants.push({ name: `b${layer}`, type: 'float32', shape: [to], data: new Float32Array(to) });
    const last = layer === 2;
    nodes.push({ operator: 'Gemm', inputs: [x, `w${layer}`, `b${layer}`], outputs: [last ? 'y' : `g${layer}`] });
    if (!last) nodes.push({ operator: 'Relu', inputs: [`g${layer}`], outputs: [`h${layer}`] });
    x = `h${layer}`;
  }
  return writeOnnx({
    inputs: [{ name: 'x', type: 'float32', shape: [1, 32] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 8] }],
    constants,
    nodes,
  });
}
