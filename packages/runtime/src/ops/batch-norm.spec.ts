import { difference, gradientError, values, withStock } from '../gradients/testing/numeric';
import * as tf from '../index';

const { batchNormTraining, batchNormWithRunning } = tf.ops;
const gamma = tf.tensor1d([0.5, 1, 2]);
const beta = tf.tensor1d([0.1, -0.2, 0.3]);

/** The definition, in stock ops. */
function reference(x: tf.Tensor, epsilon: number): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const { mean, variance } = tf.moments(x, axes);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
}

describe('batchNormTraining', () => {
  it.each([[[6, 3]], [[4, 5, 3]], [[2, 4, 5, 3]], [[2, 3, 2, 2, 3]]])('normalises %p as the definition does', (shape) => {
    const x = values(shape);
    const { y, mean, unbiasedVariance } = batchNormTraining(x, gamma, beta, 1e-3);
    expect(y.shape).toEqual(shape);
    expect(difference(y, reference(x, 1e-3))).toBeLessThan(1e-5);
    const axes = shape.map((_, axis) => axis).slice(0, -1);
    const samples = x.size / 3;
    const moments = tf.moments(x, axes);
    expect(difference(mean, moments.mean)).toBeLessThan(1e-6);
    expect(difference(unbiasedVariance, tf.mul(moments.variance, samples / (samples - 1)))).toBeLessThan(1e-5);
  });

  it.each([
    ['x', (v: tf.Tensor) => batchNormTraining(v, gamma, beta, 1e-2).y, [3, 4, 2, 3]],
    ['x of rank 2', (v: tf.Tensor) => batchNormTraining(v, gamma, beta, 1e-2).y, [8, 3]],
    ['scale', (v: tf.Tensor) => batchNormTraining(values([3, 4, 2, 3]), v, beta, 1e-2).y, [3]],
    ['offset', (v: tf.Tensor) => batchNormTraining(values([3, 4, 2, 3]), gamma, v, 1e-2).y, [3]],
  ])('has the gradient of finite differences with respect to %s', (_name, f, shape) => {
    expect(gradientError(f, values(shape, 4))).toBeLessThan(1e-2);
  });

  it('says which shape is wrong', () => {
    expect(() => batchNormTraining(values([2, 3]), tf.ones([2]), undefined, 1e-3)).toThrow('expected scale of shape [3], but got [2]');
    expect(() => batchNormTraining(values([3]), undefined, undefined, 1e-3)).toThrow('expected x of rank 2 or more, but got shape [3]');
  });
});

describe('batchNormWithRunning', () => {
  it.each([
    ['PyTorch', true, 11 / 12],
    ['Keras', false, 1],
  ])('moves the statistics in the convention of %s', (_name, unbiased, correction) => {
    const x = values([2, 3, 2, 3]);
    const running = { mean: tf.variable(tf.tensor1d([1, 2, 3]), false), variance: tf.variable(tf.tensor1d([4, 5, 6]), false) };
    const y = batchNormWithRunning(x, gamma, beta, 1e-3, running, { rate: 0.1, unbiased });
    expect(difference(y, reference(x, 1e-3))).toBeLessThan(1e-5);
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    expect(difference(running.mean, tf.add(tf.mul([1, 2, 3], 0.9), tf.mul(mean, 0.1)))).toBeLessThan(1e-6);
    expect(difference(running.variance, tf.add(tf.mul([4, 5, 6], 0.9), tf.mul(tf.div(variance, correction), 0.1)))).toBeLessThan(1e-6);
    tf.dispose([running.mean, running.variance]);
  });
});

describe('tf.layers.batchNormalization', () => {
  const run = (args: { scale?: boolean; axis?: number }, shape: number[]): tf.Tensor[] => {
    const layer = tf.layers.batchNormalization({ ...args, momentum: 0.8 });
    const x = values(shape);
    const dx = tf.grad((input: tf.Tensor) => tf.sum(tf.square(layer.apply(input, { training: true }) as tf.Tensor)))(x);
    const y = layer.apply(x, { training: true }) as tf.Tensor;
    return [dx, y, ...layer.getWeights()];
  };

  it.each<[string, { axis?: number }, number[]]>([
    ['images', {}, [4, 3, 3, 2]],
    ['vectors', {}, [8, 5]],
  ])('gives for %s what stock gives: gradient, output, weights and moving statistics', (_name, args, shape) => {
    const stock = withStock(() => run(args, shape));
    run(args, shape).forEach((tensor, index) => expect(difference(tensor, stock[index] as tf.Tensor)).toBeLessThan(2e-4));
  });

  it('normalises another axis as the last one of the turned tensor', () => {
    const [dx, y, ...weights] = run({}, [4, 5, 3]);
    const x = values([4, 5, 3]);
    const layer = tf.layers.batchNormalization({ axis: 1, momentum: 0.8 });
    const turned = tf.transpose(x, [0, 2, 1]);
    const turnedDx = tf.grad((input: tf.Tensor) => tf.sum(tf.square(layer.apply(input, { training: true }) as tf.Tensor)))(turned);
    expect(difference(tf.transpose(turnedDx, [0, 2, 1]), dx as tf.Tensor)).toBeLessThan(1e-6);
    expect(difference(tf.transpose(layer.apply(turned, { training: true }) as tf.Tensor, [0, 2, 1]), y as tf.Tensor)).toBeLessThan(1e-6);
    layer.getWeights().forEach((weight, index) => expect(difference(weight, weights[index] as tf.Tensor)).toBeLessThan(1e-6));
  });

  it('works without scale, where stock fails', () => {
    expect(() => withStock(() => run({ scale: false }, [4, 2]))).toThrow();
    expect(run({ scale: false }, [4, 2])[1]?.shape).toEqual([4, 2]);
  });
});
