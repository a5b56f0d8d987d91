import { difference, gradientError, values, withStock } from '../gradients/testing/numeric';
import * as tf from '../index';

const labels = tf.tensor1d([0, 2, 1, 2], 'int32');
const onehot = tf.oneHot(labels, 3) as tf.Tensor2D;
const logits = values([4, 3], 11);

describe('softmaxCrossEntropy', () => {
  it('has the value and gradient of stock', () => {
    const both = (): tf.Tensor[] => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.losses.softmaxCrossEntropy(onehot, x))(logits);
      return [value, grad];
    };
    const stock = withStock(both);
    both().forEach((tensor, index) => expect(difference(tensor, stock[index] as tf.Tensor)).toBeLessThan(1e-6));
  });

  it('takes weights, label smoothing and reductions as stock does', () => {
    const smooth = (): tf.Tensor => tf.losses.softmaxCrossEntropy(onehot, logits, tf.tensor1d([1, 0, 2, 1]), 0.1, tf.Reduction.NONE);
    const stock = withStock(smooth);
    expect(difference(smooth(), stock)).toBeLessThan(1e-6);
    const sum = (): tf.Tensor => tf.losses.softmaxCrossEntropy(onehot, logits, undefined, 0.2, tf.Reduction.SUM);
    const stockSum = withStock(sum);
    expect(difference(sum(), stockSum)).toBeLessThan(1e-5);
  });

  it('agrees with its sparse form, in value and gradient, for any rank', () => {
    const dense = tf.valueAndGrad((x: tf.Tensor) => tf.losses.softmaxCrossEntropy(onehot, x))(logits);
    const sparse = tf.valueAndGrad((x: tf.Tensor) => tf.losses.sparseSoftmaxCrossEntropy(labels, x))(logits);
    expect(difference(dense.value, sparse.value)).toBeLessThan(1e-6);
    expect(difference(dense.grad, sparse.grad)).toBeLessThan(1e-7);
    const deep = tf.losses.sparseSoftmaxCrossEntropy(tf.reshape(labels, [2, 2]), tf.reshape(logits, [2, 2, 3]), undefined, tf.Reduction.NONE);
    expect(deep.shape).toEqual([2, 2]);
  });

  it('has the gradient of finite differences', () => {
    expect(gradientError((x) => tf.ops.sparseSoftmaxCrossEntropyWithLogits(labels, x), logits)).toBeLessThan(5e-3);
    expect(gradientError((x) => tf.ops.softmaxCrossEntropyWithLogits(tf.cast(onehot, 'float32'), x), logits)).toBeLessThan(5e-3);
  });

  it('is finite for logits that overflow exp', () => {
    const [loss] = tf.losses.sparseSoftmaxCrossEntropy(tf.tensor1d([1], 'int32'), tf.tensor2d([[1000, -1000]])).dataSync();
    expect(loss).toBe(2000);
  });

  it('says what is wrong with its arguments', () => {
    expect(() => tf.losses.sparseSoftmaxCrossEntropy(labels, values([3, 3]))).toThrow('expected labels of shape [3], but got [4]');
    expect(() => tf.losses.softmaxCrossEntropy(onehot, values([3, 3]))).toThrow("expected labels of the logits' shape [3, 3], but got [4, 3]");
    expect(() => tf.losses.sparseSoftmaxCrossEntropy(tf.tensor1d([7], 'int32'), values([1, 3]))).toThrow(/7.*outside.*\[0, 3\)/);
  });
});

describe('model.compile', () => {
  it.each([
    ['categoricalCrossentropy', onehot],
    ['sparseCategoricalCrossentropy', tf.reshape(tf.cast(labels, 'float32'), [4, 1])],
  ])('trains with %s as stock does', async (loss, target) => {
    const train = async (): Promise<number[]> => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [3], activation: 'softmax', kernelInitializer: 'ones' })] });
      model.compile({ optimizer: tf.train.sgd(0.5), loss, metrics: ['accuracy'] });
      const { history } = await model.fit(logits, target, { epochs: 3, verbose: 0, shuffle: false });
      return [...(history['loss'] as number[]), ...(history['acc'] as number[])];
    };
    tf.configureRepairs(false);
    const stock = await train();
    tf.configureRepairs(true);
    const ours = await train();
    expect(ours).toHaveLength(6);
    ours.forEach((value, index) => expect(value).toBeCloseTo(stock[index] as number, 4));
  });
});
