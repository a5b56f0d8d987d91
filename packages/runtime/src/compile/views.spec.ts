import * as tf from '../index';

/** Nodes by op of the only trace, without constants. */
function ops(f: { explain(): tf.TraceExplanation[] }): Record<string, number> {
  return Object.fromEntries(Object.entries(f.explain()[0]?.ops ?? {}).filter(([op]) => op !== 'Const'));
}

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]]);

test('a reshape to the shape that the tensor has is left out', () => {
  const f = tf.compile((t: tf.Tensor) => tf.exp(tf.reshape(t, [2, 3])));
  f(x);
  expect(ops(f)).toEqual({ Exp: 1 });
  expect(values(f(x))).toEqual(values(tf.exp(x)));
});

test('of a chain of views one remains, or none where it leads back', () => {
  const f = tf.compile((t: tf.Tensor) => {
    const chain = tf.reshape(tf.expandDims(tf.reshape(t, [6]), 0), [3, 2]);
    return { once: tf.exp(chain), back: tf.log(tf.reshape(chain, [2, 3])), squeezed: tf.sin(tf.squeeze(tf.expandDims(t, 1), [1])) };
  });
  f(x);
  expect(ops(f)).toEqual({ Reshape: 1, Exp: 1, Log: 1, Sin: 1 });
  const { once, back, squeezed } = f(x);
  expect([once.shape, back.shape, squeezed.shape]).toEqual([[3, 2], [2, 3], [2, 3]]);
  expect([values(once), values(back), values(squeezed)]).toEqual([values(tf.exp(x)), values(tf.log(x)), values(tf.sin(x))]);
});

test('views that name axes of their input keep it', () => {
  const f = tf.compile((t: tf.Tensor) => tf.exp(tf.expandDims(tf.reshape(t, [3, 2]), 1)));
  f(x);
  expect(ops(f)).toEqual({ Reshape: 1, ExpandDims: 1, Exp: 1 });
  expect(f(x).shape).toEqual([3, 1, 2]);
});

test('results that are views of arguments, of each other and of variables are tensors of their own', () => {
  const v = tf.variable(x);
  const f = tf.compile((t: tf.Tensor) => {
    const before = tf.reshape(v, [2, 3]);
    v.assign(tf.add(v, 1));
    return [tf.reshape(t, [2, 3]), tf.reshape(tf.reshape(t, [6]), [2, 3]), before, tf.reshape(v, [2, 3])];
  });
  f(x);
  const results = f(x);
  tf.dispose(results[0]);
  expect(results.slice(1).map(values)).toEqual([[1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7], [3, 4, 5, 6, 7, 8]]);
  expect(values(v)).toEqual([3, 4, 5, 6, 7, 8]);
  v.dispose();
});

test('a view kept beyond the call is refused although its tensor is known', () => {
  const f = tf.compile((t: tf.Tensor) => {
    const y = tf.exp(t);
    tf.keep(tf.reshape(y, [2, 3]));
    return tf.reshape(y, [2, 3]);
  });
  expect(() => f(x)).toThrow(/keeps the output of op Exp beyond the call/);
});
