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
