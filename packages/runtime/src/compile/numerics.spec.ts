import * as tf from '../index';

const here = /numerics\.spec\.ts:\d+:\d+/;

function failure(f: () => unknown): tf.NumericsError {
  try {
    f();
  } catch (error) {
    return error as tf.NumericsError;
  }
  throw new Error('nothing was thrown');
}

const check = { checkNumerics: true } as const;

describe('checkNumerics', () => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor, number[], RegExp]>([
    ['the first of a chain', (x) => x.log().add(1).sqrt().mul(2), [1, -1], /output 0 of Log, float32 \[2\], at .*numerics\.spec\.ts:\d+:\d+, holds NaN; no value before it did/],
    ['infinity', (x) => x.exp().add(1), [1, 1000], /output 0 of Exp, .* holds infinity/],
    ['both', (x) => x.log().neg(), [0, -1], /output 0 of Log, .* holds .*infinity.*NaN/],
    ['an argument', (x) => x.neg(), [1, NaN], /argument tensor 0, float32 \[2\], holds NaN/],
    ['a gradient', (x) => tf.grad((v) => v.sqrt().sum())(x), [4, 0], /output 0 of \w+, float32 \[2\], at .* holds .*infinity/],
  ])('names %s', (_, f, values, message) => {
    const compiled = tf.compile(f, { ...check, name: 'step' });
    const error = failure(() => compiled(tf.tensor1d(values)));
    expect(error).toBeInstanceOf(tf.NumericsError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('compiled function "step", call 1: ');
  });

  it('names the training step, and leaves the variables that the bad value would have changed', () => {
    const w = tf.variable(tf.tensor1d([1, 2]), true, 'numerics_w');
    const optimizer = tf.train.adam(0.1);
    const step = tf.compile((x: tf.Tensor1D) => optimizer.minimize(() => w.mul(x).square().sum() as tf.Scalar, true, [w]) as tf.Scalar, check);
    for (let i = 0; i < 4; i++) tf.dispose(step(tf.tensor1d([1, -1])));
    const before = w.dataSync().slice();
    const error = failure(() => step(tf.tensor1d([1e30, 1])));
    expect(error).toMatchObject({ name: 'NumericsError', call: 5 });
    expect(error.tensor).toMatch(/^output 0 of (Square|Mul)/);
    expect(error.tensor).toMatch(here);
    expect(w.dataSync()).toEqual(before);
    w.assign(tf.tensor1d([1, NaN]));
    expect(failure(() => step(tf.tensor1d([1, 1]))).message).toMatch(/call 6: variable "numerics_w", float32 \[2\], holds NaN/);
  });

  it('changes no value, and is off unless asked for', () => {
    const f = (x: tf.Tensor): tf.Tensor => x.square().sum().log();
    const x = tf.tensor1d([1, 2, 3]);
    const [checked, plain] = [tf.compile(f, check), tf.compile(f)];
    expect(checked(x).dataSync()).toEqual(plain(x).dataSync());
    expect(checked.explain()[0]?.ops['CheckNumerics']).toBe(4);
    expect(plain.explain()[0]?.ops['CheckNumerics']).toBeUndefined();
    expect(plain(tf.tensor1d([0, 0, 0])).dataSync()[0]).toBe(-Infinity);
  });

  it('takes integers and results without floats as they are', () => {
    const f = tf.compile((x: tf.Tensor) => [x.argMax(0), x.greater(0)], check);
    expect(f(tf.tensor1d([1, 3, 2])).map((y) => Array.from(y.dataSync()))).toEqual([[1], [1, 1, 1]]);
  });

  it('trains a network with batch normalisation', () => {
    const model = tf.sequential({ layers: [tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1] }), tf.layers.batchNormalization(), tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
    const optimizer = tf.train.sgd(0.1);
    const step = tf.compile((x: tf.Tensor) => optimizer.minimize(() => (model.apply(x, { training: true }) as tf.Tensor).square().mean() as tf.Scalar, true) as tf.Scalar, check);
    const x = tf.randomNormal([4, 5, 5, 1], 0, 1, 'float32', 3);
    for (let i = 0; i < 3; i++) expect(step(x).dataSync()[0]).toBeGreaterThanOrEqual(0);
    expect(failure(() => step(x.mul(Infinity))).message).toMatch(/call 4: argument tensor 0/);
  });

  it('is refused where it is no truth value', () => {
    expect(failure(() => tf.compile((x: tf.Tensor) => x, { checkNumerics: 1 as unknown as boolean })).message).toContain('checkNumerics must be true or false, got 1');
  });
});
