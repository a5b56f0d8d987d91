import * as tf from '../index';

const here = /errors\.spec\.ts:\d+:\d+/;

function failure(f: () => unknown): Error {
  try {
    f();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('what cannot be compiled says why', () => {
  it.each([
    ['dataSync', (x: tf.Tensor): unknown => x.relu().dataSync(), 'the output of op Relu'],
    ['arraySync', (x: tf.Tensor): unknown => x.arraySync(), 'argument tensor 0'],
    ['data', (x: tf.Tensor): unknown => void x.exp().data().catch(() => undefined), 'the output of op Exp'],
    ['print', (x: tf.Tensor): void => { x.abs().print(); }, 'the output of op Abs'],
  ] as const)('reading with %s', (_, read, what) => {
    const error = failure(() => tf.compile((x: tf.Tensor) => (read(x), x.neg()))(tf.scalar(1)));
    expect(error.name).toBe('DataReadError');
    expect(error.message).toContain(`reads the values of ${what}`);
    expect(error.message).toMatch(here);
  });

  it('reading a variable or an outside tensor', () => {
    const v = tf.variable(tf.scalar(1), true, 'counter');
    expect(failure(() => tf.compile(() => v.dataSync())()).message).toContain('variable "counter"');
    const outside = tf.scalar(1);
    expect(failure(() => tf.compile(() => outside.dataSync())()).message).toContain('a tensor from outside');
  });

  it('reading even if the function swallows the error', () => {
    const f = tf.compile((x: tf.Tensor) => {
      try {
        x.dataSync();
      } catch {
        // Some code falls back.
      }
      return x.neg();
    });
    expect(failure(() => f(tf.scalar(1))).name).toBe('DataReadError');
  });

  it('but constants made inside may be read', () => {
    const f = tf.compile((x: tf.Tensor) => x.mul(tf.scalar(3).dataSync()[0] as number));
    expect(f(tf.scalar(2)).dataSync()[0]).toBe(6);
  });

  it.each([
    ['Math.random', () => tf.scalar(Math.random()), 'Math.random'],
    ['randomNormal', () => tf.randomNormal([2]), 'tf.randomNormal'],
    ['randomUniform', () => tf.randomUniform([2]), 'tf.randomUniform'],
    ['truncatedNormal', () => tf.truncatedNormal([2]), 'tf.truncatedNormal'],
    ['getRandomValues', () => tf.tensor1d(crypto.getRandomValues(new Uint8Array(2))), 'crypto.getRandomValues'],
  ])('randomness from %s', (_, draw, what) => {
    const { random } = Math;
    const error = failure(() => tf.compile(() => draw())());
    expect(error.name).toBe('FrozenRandomnessError');
    expect(error.message).toContain(what);
    expect(error.message).toMatch(here);
    expect(Math.random).toBe(random);
    expect(crypto.getRandomValues(new Uint8Array(2))).toHaveLength(2);
  });

  it('but random numbers from a fixed seed repeat in eager execution, too', () => {
    const f = tf.compile(() => tf.randomNormal([3], 0, 1, 'float32', 5));
    const expected = tf.randomNormal([3], 0, 1, 'float32', 5).dataSync();
    for (let i = 0; i < 2; i++) expect(f().dataSync()).toEqual(expected);
  });

  it('a shape that depends on values', () => {
    const f = tf.compile((x: tf.Tensor) => tf.executeOp('Where', {}, [x], 1)[0] as tf.Tensor);
    const { message } = failure(() => f(tf.tensor1d([1, 0])));
    expect(message).toContain('the shape of output 0 of op Where');
    expect(message).toContain('[?, 1]');
  });

  it('a tensor kept beyond the call', () => {
    const f = tf.compile((x: tf.Tensor) => (tf.keep(x.exp()), x.neg()));
    expect(failure(() => f(tf.scalar(1))).message).toContain('keeps the output of op Exp');
  });

  it('a tensor of an earlier trace', () => {
    let kept: tf.Tensor | undefined;
    const first = tf.compile((x: tf.Tensor) => ((kept = tf.keep(x.exp())), x.neg()));
    failure(() => first(tf.scalar(1)));
    const second = tf.compile((x: tf.Tensor) => x.add(kept as tf.Tensor));
    expect(failure(() => second(tf.scalar(1))).message).toContain('left behind');
    expect(failure(() => (kept as tf.Tensor).add(1)).message).toContain('made inside a compiled function');
  });

  it('an async function', () => {
    const f = tf.compile(async (x: tf.Tensor) => Promise.resolve(x.neg()));
    expect(failure(() => void f(tf.scalar(1))).message).toContain('must not be async');
  });

  it('arguments and results that are neither tensors nor values', () => {
    expect(failure(() => tf.compile((x: Float32Array) => tf.tensor1d(x))(new Float32Array(2))).message).toContain('argument [0] of a compiled function is a typed array');
    expect(failure(() => tf.compile((x: tf.Tensor) => ({ deep: [new Map([['x', x]])] }))(tf.scalar(1))).message).toContain('result .deep[0]');
  });

  it("TensorFlow's own errors, with their code", () => {
    const error = failure(() => tf.compile((x: tf.Tensor) => tf.executeOp('MatMul', {}, [x, x], 1))(tf.zeros([2, 3])));
    expect(error.message).toContain('MatMul');
    expect((error as Error & { code: string }).code).toBe('INVALID_ARGUMENT');
  });

  it('and an error while running leaves the function usable', () => {
    const f = tf.compile((x: tf.Tensor, divisor: tf.Tensor) => x.floorDiv(divisor));
    const x = tf.scalar(7, 'int32');
    expect(failure(() => f(x, tf.scalar(0, 'int32'))).message).toMatch(/division by zero/i);
    expect(f(x, tf.scalar(2, 'int32')).dataSync()[0]).toBe(3);
  });
});
