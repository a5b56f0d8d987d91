import * as tf from '../index';

const x = tf.tensor2d([[0.5, -1, 2], [1.5, 0.25, -0.75]]);

/** The gradient of the sum of squares of the gradient. */
const second = (f: (x: tf.Tensor) => tf.Tensor): tf.Tensor => tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.grad(f)(v))))(x);

afterAll(() => {
  tf.configureRepairs(true);
});

test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
  ['sum', (v) => tf.square(tf.sum(v, 1))],
  ['mean', (v) => tf.square(tf.mean(v, 0))],
  ['bias', (v) => tf.square(tf.add(v, tf.sum(v, 0)))],
  ['relu', (v) => tf.square(tf.relu(v))],
])('second derivatives through %s are those of stock tfjs', (_, f) => {
  tf.configureRepairs(false);
  const stock = second(f).dataSync();
  tf.configureRepairs(true);
  const repaired = second(f).dataSync();
  repaired.forEach((value, i) => {
    expect(value).toBeCloseTo(stock[i] ?? NaN, 5);
  });
});

test('second derivatives through cross-entropies are those of the definition', () => {
  const onehot = tf.tensor2d([[0, 1, 0], [1, 0, 0]]);
  const defined = second((v) => tf.sub(tf.log(tf.sum(tf.exp(v), 1)), tf.sum(tf.mul(v, onehot), 1))).dataSync();
  const dense = second((v) => tf.ops.softmaxCrossEntropyWithLogits(onehot, v)).dataSync();
  const sparse = second((v) => tf.ops.sparseSoftmaxCrossEntropyWithLogits(tf.tensor1d([1, 0], 'int32'), v)).dataSync();
  expect(Math.max(...defined.map(Math.abs))).toBeGreaterThan(0.01);
  defined.forEach((value, i) => {
    expect(dense[i]).toBeCloseTo(value, 5);
    expect(sparse[i]).toBeCloseTo(value, 5);
  });
});

test('second derivatives through batch normalisation are those of its definition', () => {
  const defined = (v: tf.Tensor): tf.Tensor => {
    const { mean, variance } = tf.moments(v, 0);
    return tf.square(tf.mul(tf.sub(v, mean), tf.rsqrt(tf.add(variance, 0.1))));
  };
  const weights = tf.tensor1d([1, 2, 3]);
  const expected = second((v) => tf.mul(defined(v), weights)).dataSync();
  const fused = second((v) => tf.mul(tf.square(tf.ops.batchNormTraining(v, undefined, undefined, 0.1).y), weights)).dataSync();
  fused.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 4));
});
