import * as tf from '../index';

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
const native = (): number => tf.tensorflowBackend().binding.getNumOfTensors();

describe('compile', () => {
  it('computes what the function computes', () => {
    const f = tf.compile((x: tf.Tensor, y: tf.Tensor) => x.matMul(y).relu().sum(0));
    const x = tf.tensor2d([[1, -2], [3, 4]]);
    const y = tf.tensor2d([[1, 0], [0, -1]]);
    for (let i = 0; i < 3; i++) expect(values(f(x, y))).toEqual([4, 2]);
    expect(values(f(y, x))).toEqual([1, 0]);
    expect(f.explain()).toHaveLength(1);
  });

  it('runs the function once for each signature', () => {
    let calls = 0;
    const f = tf.compile((x: tf.Tensor, factor: number) => (calls++, x.mul(factor)));
    const x = tf.tensor1d([1, 2]);
    expect(values(f(x, 2))).toEqual([2, 4]);
    expect(values(f(tf.tensor1d([3, 4]), 2))).toEqual([6, 8]);
    expect(calls).toBe(1);
    expect(values(f(x, 3))).toEqual([3, 6]);
    f(x.reshape([2, 1]), 3);
    f(x.toInt(), 3);
    expect(calls).toBe(4);
    expect(f.explain()).toHaveLength(4);
  });

  it('takes and returns nested containers', () => {
    const f = tf.compile((batch: { xs: tf.Tensor[]; scale: { by: number } }) => ({
      sum: tf.addN(batch.xs),
      parts: batch.xs.map((x) => x.mul(batch.scale.by)),
      note: 'plain',
      nothing: null,
    }));
    const xs = [tf.scalar(1), tf.scalar(2)];
    for (let i = 0; i < 2; i++) {
      const { sum, parts, note, nothing } = f({ xs, scale: { by: 10 } });
      expect(values(sum)).toEqual([3]);
      expect(parts.map(values)).toEqual([[10], [20]]);
      expect([note, nothing]).toEqual(['plain', null]);
    }
  });

  it('returns new tensors also for arguments, outside tensors, constants and repeated results', () => {
    const outside = tf.scalar(5);
    const f = tf.compile((x: tf.Tensor) => {
      const y = x.add(1);
      return [x, outside, tf.scalar(7), y, y];
    });
    const x = tf.scalar(3);
    for (let i = 0; i < 2; i++) {
      const results = f(x);
      expect(results.map((result) => values(result)[0])).toEqual([3, 5, 7, 4, 4]);
      tf.dispose(results);
    }
    expect(values(x)).toEqual([3]);
    expect(values(outside)).toEqual([5]);
  });

  it('does not confuse arguments that are the same tensor', () => {
    const f = tf.compile((x: tf.Tensor, y: tf.Tensor) => x.sub(y));
    const x = tf.scalar(3);
    expect(values(f(x, x))).toEqual([0]);
    expect(values(f(x, tf.scalar(1)))).toEqual([2]);
  });

  it('takes outside tensors by reference and traces again when one is disposed', () => {
    let rate = tf.scalar(2);
    let calls = 0;
    const f = tf.compile((x: tf.Tensor) => (calls++, x.mul(rate)));
    expect(values(f(tf.scalar(3)))).toEqual([6]);
    rate.dispose();
    rate = tf.scalar(5);
    expect(values(f(tf.scalar(3)))).toEqual([15]);
    expect(values(f(tf.scalar(4)))).toEqual([20]);
    expect(calls).toBe(2);
  });

  it('keeps at most maxTraces traces, dropping the least recently used', () => {
    let calls = 0;
    const f = tf.compile((x: tf.Tensor) => (calls++, x.neg()), { maxTraces: 2 });
    const [a, b, c] = [tf.zeros([1]), tf.zeros([2]), tf.zeros([3])];
    for (const x of [a, b, a, c, a]) f(x);
    expect(calls).toBe(3);
    f(b);
    expect(calls).toBe(4);
    expect(f.explain()).toHaveLength(2);
  });

  it('leaves out what no result needs', () => {
    const f = tf.compile((x: tf.Tensor) => {
      x.exp();
      return x.add(1);
    });
    f(tf.scalar(1));
    expect(Object.keys(f.explain()[0]?.ops ?? {}).filter((op) => op !== 'Const')).toEqual(['Add']);
  });

  it('inlines nested compiled functions', () => {
    const inner = tf.compile((x: tf.Tensor) => x.square());
    const outer = tf.compile((x: tf.Tensor) => inner(x).add(inner(x)));
    expect(values(outer(tf.scalar(3)))).toEqual([18]);
    expect(inner.explain()).toHaveLength(0);
  });

  it('has gradients: inside a gradient it is inlined', () => {
    const f = tf.compile((x: tf.Tensor) => x.square());
    const gradient = tf.grad((x: tf.Tensor) => f(x).sum());
    expect(values(gradient(tf.tensor1d([1, 2])))).toEqual([2, 4]);
    const compiled = tf.compile((x: tf.Tensor) => tf.grad((z: tf.Tensor) => z.square().sum())(x));
    for (let i = 0; i < 2; i++) expect(values(compiled(tf.tensor1d([1, 2])))).toEqual([2, 4]);
  });

  it('handles strings, booleans, integers and empty tensors', () => {
    const f = tf.compile((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => [a.logicalNot(), b.add(tf.scalar(1, 'int32')), c.reshape([0, 2])]);
    for (let i = 0; i < 2; i++) {
      const [a, b, c] = f(tf.tensor1d([true, false], 'bool'), tf.tensor1d([1, 2], 'int32'), tf.zeros([2, 0])) as [tf.Tensor, tf.Tensor, tf.Tensor];
      expect([values(a), a.dtype]).toEqual([[0, 1], 'bool']);
      expect([values(b), b.dtype]).toEqual([[2, 3], 'int32']);
      expect([values(c), c.shape]).toEqual([[], [0, 2]]);
    }
  });

  it.each(['float16', 'bfloat16', 'float64'])('computes in %s', (type) => {
    const f = tf.compile((x: tf.Tensor) => {
      const [y] = tf.executeOp('Cast', { DstT: type }, [x], 1) as [tf.Tensor];
      // A kernel of tfjs, which knows of float32 only.
      return tf.executeOp('Cast', { DstT: 'float32' }, [y.square()], 1)[0] as tf.Tensor;
    });
    for (let i = 0; i < 2; i++) expect(values(f(tf.tensor1d([1.5, -2])))).toEqual([2.25, 4]);
  });

  it('passes large constants as inputs, and frees them with the function', () => {
    const before = native();
    const f = tf.compile((x: tf.Tensor) => x.add(tf.tensor1d(new Float32Array(100_000).fill(2))).sum());
    const x = tf.scalar(1);
    for (let i = 0; i < 2; i++) {
      const y = f(x);
      expect(values(y)).toEqual([300_000]);
      y.dispose();
    }
    expect(f.toGraphDef(x).length).toBeLessThan(10_000);
    f.dispose();
    x.dispose();
    expect(native()).toBe(before);
  });

  it('frees its function when disposed', () => {
    const f = tf.compile((x: tf.Tensor) => x.neg());
    f(tf.scalar(1));
    const [trace] = f.explain();
    expect(trace?.nodes).toBe(1);
    f.dispose();
    f.dispose();
    expect(f.explain()).toEqual([]);
    expect(() => f(tf.scalar(1))).toThrow('is disposed');
  });

  it('leaks nothing', () => {
    const v = tf.variable(tf.zeros([100]));
    const f = tf.compile((x: tf.Tensor) => {
      v.assign(v.add(x));
      return v.sum();
    });
    const x = tf.ones([100]);
    f(x).dispose();
    f(x).dispose();
    const before = { ...tf.memory(), native: native() };
    for (let i = 0; i < 100; i++) f(x).dispose();
    expect({ ...tf.memory(), native: native() }).toEqual(before);
    f.dispose();
    v.dispose();
  });

  it.each([
    ['an unknown option', { retrace: true } as object, 'unknown option "retrace"; there are: name, maxTraces'],
    ['a bad maxTraces', { maxTraces: 0 }, 'maxTraces must be an integer of at least 1, got 0'],
  ])('refuses %s', (_, options, message) => {
    expect(() => tf.compile((x: tf.Tensor) => x, options)).toThrow(message);
  });
});
