import * as tf from '../index';

/** Bytes kept for each result of the function. */
function kept(fn: (x: tf.Tensor) => tf.Tensor[], x: tf.Tensor): readonly number[] {
  const compiled = tf.compile(fn);
  tf.dispose(compiled(x));
  const [trace] = compiled.explain();
  compiled.dispose();
  return trace?.keptBytes ?? [];
}

const x = tf.ones([8, 16]);
const size = 4 * 8 * 16;

test.each([
  ['nothing where the gradient needs no value', (v: tf.Tensor) => tf.sum(tf.neg(v)), 0],
  ['the output of exp', (v: tf.Tensor) => tf.sum(tf.exp(v)), size],
  ['one value of two functions that need the same one, through a reshape too', (v: tf.Tensor) => { const y = tf.exp(v); return tf.add(tf.sum(tf.exp(tf.reshape(y, [16, 8]))), tf.sum(tf.sin(y))); }, 2 * size],
  ['nothing of the argument', (v: tf.Tensor) => tf.sum(tf.square(v)), 0],
] as const)('a gradient keeps %s', (_, f, bytes) => {
  const [ofLoss] = kept((v) => {
    const { value, grad } = tf.valueAndGrad(f)(v);
    return [value, grad];
  }, x);
  expect(ofLoss).toBe(bytes);
});

test('what others read without a gradient is kept for them, by its type; of a result that ends the chain nothing is', () => {
  expect(kept((v) => {
    const large = tf.greater(v, 0.5);
    const count = tf.sum(tf.cast(large, 'int32'));
    return [count, tf.logicalNot(large)];
  }, x)).toEqual([8 * 16, 8 * 16]);
  expect(kept((v) => [tf.exp(v)], x)).toEqual([0]);
});
