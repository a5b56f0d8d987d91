import { difference, gradientError, values } from '../gradients/testing/numeric';
import * as tf from '../index';

const epsilon = 1e-12;
const [x, scale, offset] = [values([2, 3, 5], 3), values([5], 5), values([5], 7)];

/** From the definition, in ops that share nothing with FusedBatchNorm. */
function defined(input: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor): tf.Tensor {
  const centred = tf.sub(input, tf.mean(input, -1, true));
  return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon))), gain), shift);
}

describe('layerNorm', () => {
  it('has the value and gradients of its definition, eager and compiled', () => {
    const dy = values([2, 3, 5], 11);
    const expected = [defined(x, scale, offset), ...tf.grads(defined)([x, scale, offset], dy)];
    const ours = (input: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor): tf.Tensor => tf.ops.layerNorm(input, gain, shift, epsilon);
    const both = (): tf.Tensor[] => [ours(x, scale, offset), ...tf.grads(ours)([x, scale, offset], dy)];
    for (const found of [both(), tf.compile(both)()]) found.forEach((tensor, i) => expect(difference(tensor, expected[i] as tf.Tensor)).toBeLessThan(5e-6));
  });

  it('can be differentiated twice', () => {
    const second = (f: (v: tf.Tensor) => tf.Tensor): tf.Tensor => tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.grad(f)(v))))(x);
    const weighted = (f: typeof defined) => (v: tf.Tensor): tf.Tensor => tf.mul(tf.square(f(v, scale, offset)), values([5], 13));
    const expected = second(weighted(defined));
    const found = second(weighted((v, gain, shift) => tf.ops.layerNorm(v, gain, shift, epsilon)));
    expect(difference(found, expected)).toBeLessThan(1e-3 * Math.max(...Array.from(expected.dataSync(), Math.abs)));
  });

  it('takes no rows, and says what is wrong with its arguments', () => {
    expect(tf.ops.layerNorm(tf.zeros([0, 5]), scale, offset, epsilon).shape).toEqual([0, 5]);
    expect(() => tf.ops.layerNorm(x, values([4]), offset, epsilon)).toThrow('layerNorm: expected scale of shape [5], but got [4]');
    expect(() => tf.ops.layerNorm(x, scale, offset, 0)).toThrow('layerNorm: expected epsilon above 0, but got 0');
    expect(() => tf.ops.layerNorm(tf.scalar(1), scale, offset, epsilon)).toThrow('expected x of rank 1 or more');
  });
});

describe('embedding', () => {
  const table = values([4, 3], 17);
  const ids = tf.tensor2d([[3, 0], [3, 1]], undefined, 'int32');

  it('looks rows up and adds the gradients of a row that comes twice', () => {
    expect(tf.ops.embedding(table, ids).arraySync()).toEqual(tf.gather(table, ids).arraySync());
    const gradient = tf.grad((t: tf.Tensor) => tf.ops.embedding(t, ids))(table, tf.ones([2, 2, 3]));
    expect(gradient.arraySync()).toEqual([1, 1, 0, 2].map((count) => [count, count, count]));
    expect(gradientError((t) => tf.square(tf.ops.embedding(t, ids)), table)).toBeLessThan(5e-3);
  });

  it('compiles, which tf.gather does not', () => {
    const look = tf.compile((t: tf.Tensor, i: tf.Tensor) => tf.grad((v: tf.Tensor) => tf.ops.embedding(v, i))(t));
    expect(look(table, ids).arraySync()).toEqual([1, 1, 0, 2].map((count) => [count, count, count]));
  });

  it('names what is wrong', () => {
    expect(() => tf.ops.embedding(table, tf.tensor1d([4], 'int32'))).toThrow(/4.*not in \[0, 4\)/);
    expect(() => tf.ops.embedding(table, tf.tensor1d([1]))).toThrow('embedding: expected ids of dtype int32, but got float32');
    expect(() => tf.ops.embedding(scale, ids)).toThrow('embedding: expected table of rank 2');
  });
});

test('RandomState.next gives the pair that the next draw would use, and moves on', () => {
  const random = new tf.RandomState(7);
  expect(Array.from(random.next().dataSync())).toEqual([7, 0]);
  expect(Array.from(random.getState().dataSync())).toEqual([7, 1]);
  const step = tf.compile(() => random.next());
  expect([step(), step()].map((state) => state.dataSync()[1])).toEqual([1, 2]);
});
