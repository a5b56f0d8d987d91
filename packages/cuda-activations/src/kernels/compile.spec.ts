import * as tf from '@cuda-activations/runtime';
import { apl, biasActivation, gelu, layers, prelu, swiglu } from '../index';
import { normal } from '../testing/samples';

const bytes = (tensor: tf.Tensor): Buffer => Buffer.from(tensor.dataSync().slice().buffer);

/** A step over every family: loss and gradients. */
function step(x: tf.Tensor, bias: tf.Tensor, slope: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor[] {
  const loss = (v: tf.Tensor, c: tf.Tensor, s: tf.Tensor, p: tf.Tensor, q: tf.Tensor): tf.Tensor => {
    const h = biasActivation(v, c, { activation: 'elu', residual: v });
    return tf.sum(swiglu(gelu(apl(prelu(h, s), p, q))));
  };
  const { value, grads } = tf.valueAndGrads(loss as (...args: tf.Tensor[]) => tf.Tensor)([x, bias, slope, a, b]);
  return [value, ...grads];
}

test('compile() records the fused ops, and gives the bits of eager calls', () => {
  const inputs = [tf.tensor2d(normal(240, 1), [30, 8]), tf.tensor1d(normal(8, 2)), tf.tensor1d(normal(8, 3)), tf.tensor2d(normal(24, 4), [3, 8]), tf.tensor2d(normal(24, 5), [3, 8])] as const;
  const eager = step(...inputs).map(bytes);
  const compiled = tf.compile(step);
  for (let i = 0; i < 3; i++) {
    const before = tf.memory().numTensors;
    const results = compiled(...inputs);
    expect(results.map((result, j) => bytes(result).equals(eager[j] as Buffer))).toEqual([true, true, true, true, true, true]);
    tf.dispose(results);
    expect(tf.memory().numTensors).toBe(before);
  }
  const ops = compiled.explain()[0]?.ops ?? {};
  const families = ['FusedActivation', 'FusedBiasActivation', 'FusedGatedActivation', 'PRelu', 'AdaptivePiecewiseLinear'];
  expect(Object.entries(ops).filter(([op]) => op.startsWith('CudaActivations>')).sort()).toEqual(
    families.flatMap((op) => [[`CudaActivations>${op}`, 1], [`CudaActivations>${op}Grad`, 1]]).sort(),
  );
  compiled.dispose();
});

test('a compiled training step draws a new dropout mask at every call', () => {
  const layer = layers.fusedBiasActivation({ activation: 'linear', dropoutRate: 0.5, seed: 3, inputShape: [256] });
  layer.build([null, 256]);
  const x = tf.ones([2, 256]);
  const apply = tf.compile((v: tf.Tensor) => layer.apply(v, { training: true }) as tf.Tensor);
  const [first, second, third] = [apply(x), apply(x), apply(x)].map(bytes) as [Buffer, Buffer, Buffer];
  expect(first.equals(second)).toBe(false);
  expect(second.equals(third)).toBe(false);
  apply.dispose();
});
