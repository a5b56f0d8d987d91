import * as tf from '@cuda-activations/runtime';
import { apl, elu, gelu, leakyRelu } from '../index';
import { normal } from '../testing/samples';

type Tensors = tf.Tensor[];
const [x, bias] = [tf.tensor2d(normal(240, 1), [30, 8]), tf.tensor1d(normal(8, 2))] as const;

/** Values of eager and compiled calls, and the compiled function's nodes of sums, activations and their gradients. */
function compare(f: (...tensors: Tensors) => Tensors, ...inputs: Tensors): { eager: Float32Array[]; compiled: Float32Array[]; ops: Record<string, number> } {
  const values = (tensors: Tensors): Float32Array[] => tensors.map((tensor) => tensor.dataSync() as Float32Array);
  const compiled = tf.compile(f);
  const result = { eager: values(f(...inputs)), compiled: values(compiled(...inputs)), ops: Object.fromEntries(Object.entries(compiled.explain()[0]?.ops ?? {}).filter(([op]) => /Bias|Fused/.test(op))) };
  compiled.dispose();
  return result;
}

function expectClose({ eager, compiled }: { eager: Float32Array[]; compiled: Float32Array[] }): void {
  expect(compiled.map(({ length }) => length)).toEqual(eager.map(({ length }) => length));
  // The bias's gradient adds in another order.
  compiled.forEach((each, i) => each.forEach((value, j) => { expect(Math.abs(value - (eager[i]?.[j] as number))).toBeLessThan(1e-6 * Math.max(10, Math.abs(eager[i]?.[j] as number))); }));
}

const training = (f: (v: tf.Tensor) => tf.Tensor) => (v: tf.Tensor, b: tf.Tensor): Tensors => {
  const { value, grads } = tf.valueAndGrads((w: tf.Tensor, c: tf.Tensor) => tf.sum(tf.square(f(tf.add(w, c)))))([v, b]);
  return [value, ...grads];
};

test.each([
  ['from the input', gelu],
  ['from the output', elu],
  ['with a parameter', (v: tf.Tensor) => leakyRelu(v, { negativeSlope: 0.3 })],
])('a bias and an activation after it are one op each way, %s', (_, activation) => {
  const result = compare(training(activation), x, bias);
  expect(result.ops).toEqual({ 'CudaActivations>FusedBiasActivation': 1, 'CudaActivations>FusedBiasActivationGrad': 1 });
  expectClose(result);
});

describe('APL', () => {
  const segments = 3;
  const [a, b] = [tf.tensor2d(normal(segments * 8, 3), [segments, 8]), tf.tensor2d(normal(segments * 8, 4), [segments, 8])];
  const step = (f: (v: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => (...inputs: Tensors): Tensors => {
    const { value, grads } = tf.valueAndGrads((v: tf.Tensor, c: tf.Tensor, slopes: tf.Tensor, positions: tf.Tensor) => tf.sum(tf.square(f(tf.add(v, c), slopes, positions))))(inputs);
    return [value, ...grads];
  };
  const fused = { 'CudaActivations>AdaptivePiecewiseLinear': 1, 'CudaActivations>AdaptivePiecewiseLinearGrad': 1 };
  const withBias = (f: Parameters<typeof step>[0], ...inputs: Tensors) => {
    const compiled = tf.compile(step(f));
    compiled(...inputs);
    const { ops } = compiled.explain()[0] as { ops: Record<string, number> };
    compiled.dispose();
    return Object.fromEntries(Object.entries(ops).filter(([op]) => /Bias|AdaptivePiecewise/.test(op)));
  };

  test('and the bias before it are one op each way, whose gradient gives the bias its own', () => {
    expectClose(compare(step((v, ...hinges) => apl(v, ...hinges)), x, bias, a, b));
    expect(withBias((v, ...hinges) => apl(v, ...hinges), x, bias, a, b)).toEqual(fused);
  });

  test.each([
    ['hinges that all channels share', tf.slice(a, [0, 0], [segments, 1]), tf.slice(b, [0, 0], [segments, 1])],
    ['hinges of each position', tf.tile(tf.reshape(a, [segments, 1, 8]), [1, 6, 1]), tf.tile(tf.reshape(b, [segments, 1, 8]), [1, 6, 1])],
  ])('with %s the bias stays outside', (_, slopes, positions) => {
    const images = tf.reshape(x, [5, 6, 8]);
    expectClose(compare(step((v, ...hinges) => apl(v, ...hinges)), images, bias, slopes, positions));
    expect(withBias((v, ...hinges) => apl(v, ...hinges), images, bias, slopes, positions)).toEqual({ ...fused, BiasAdd: 1, BiasAddGrad: 1 });
  });

  test('channels first', () => {
    const images = tf.reshape(x, [5, 6, 8]);
    const hinges = (seed: number) => tf.tensor2d(normal(segments * 6, seed), [segments, 6]);
    expectClose(compare(step((v, ...each) => apl(v, ...each, { dataFormat: 'channelsFirst' })), images, bias, hinges(5), hinges(6)));
  });

  test('a bias of another shape is named by the op', () => {
    expect(() => tf.executeOp('CudaActivations>AdaptivePiecewiseLinear', { num_biases: 1 }, [x, a, b, tf.tensor1d([1])], 1)).toThrow(/bias must have the shape \[channels\] of a and b.* got \[1\]/);
  });
});

test('what is no sum with a bias stays as it is', () => {
  const result = compare((v) => [gelu(v), gelu(tf.add(v, v)), ...tf.grads((w: tf.Tensor) => tf.sum(gelu(tf.mul(w, w))))([v])], x);
  expect(result.ops).toEqual({ 'CudaActivations>FusedActivation': 2, 'CudaActivations>FusedActivationGrad': 1 });
  expectClose(result);
});

test('a sum that is used elsewhere too is there, and gradients meet at it', () => {
  const result = compare(training((sum) => tf.mul(sum, elu(sum))), x, bias);
  expect(result.ops).toMatchObject({ BiasAdd: 1, 'CudaActivations>FusedBiasActivation': 1, BiasAddGrad: 1 });
  expectClose(result);
});

test.each([[[0, 1], false], [[-2, -3], false], [[0, 1], true], [[1], false], [[0, 2], false]] as const)('sums over %j of a gradient, dimensions kept: %s', (axes, keep) => {
  const f = (v: tf.Tensor, b: tf.Tensor): Tensors => {
    const dx = tf.grad((w: tf.Tensor) => tf.sum(gelu(tf.add(w, b))))(v);
    return [tf.sum(dx, [...axes], keep), tf.sum(tf.reshape(dx, [8, 30]), 0), tf.sum(tf.reshape(dx, [-1, 8]), 0)];
  };
  expectClose(compare(f, tf.reshape(x, [5, 6, 8]), bias));
});

test('second derivatives', () => {
  const inner = (v: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.grad((c) => tf.sum(gelu(tf.add(v, c))))(b)));
  expectClose(compare((v, b) => tf.grads(inner as (...tensors: Tensors) => tf.Tensor)([v, b]), x, bias));
});

test('layers with a bias of their own', () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 2], kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
    ],
  });
  const [convolution, flatten, dense] = model.layers as [tf.layers.Layer, tf.layers.Layer, tf.layers.Layer];
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const step = (images: tf.Tensor): Tensors => {
    const { value, grads } = tf.variableGrads(() => tf.sum(gelu(dense.apply(flatten.apply(elu(convolution.apply(images) as tf.Tensor))) as tf.Tensor)).asScalar(), weights);
    return [value, ...weights.map(({ name }) => grads[name] as tf.Tensor)];
  };
  const result = compare(step, tf.tensor4d(normal(5 * 72, 3), [5, 6, 6, 2]));
  expect(result.ops).toEqual({ 'CudaActivations>FusedBiasActivation': 2, 'CudaActivations>FusedBiasActivationGrad': 2 });
  expectClose(result);
  model.dispose();
});

test('with the repair of biases switched off there is nothing to fuse', () => {
  tf.configureRepairs({ biases: false });
  try {
    const result = compare(training(gelu), x, bias);
    expect(result.ops).toEqual({ 'CudaActivations>FusedActivation': 1, 'CudaActivations>FusedActivationGrad': 1 });
    expectClose(result);
  } finally {
    tf.configureRepairs({ biases: true });
  }
});
