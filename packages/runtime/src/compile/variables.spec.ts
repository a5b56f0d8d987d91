import * as tf from '../index';

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

describe('variables of a compiled function', () => {
  it('are read at each call and written after it', () => {
    const v = tf.variable(tf.tensor1d([1, 2]));
    const f = tf.compile((x: tf.Tensor) => {
      v.assign(v.add(x));
      return v.mul(2);
    });
    expect(values(f(tf.scalar(1)))).toEqual([4, 6]);
    expect(values(v)).toEqual([2, 3]);
    v.assign(tf.tensor1d([10, 20]));
    expect(values(f(tf.scalar(1)))).toEqual([22, 42]);
    expect(values(v)).toEqual([11, 21]);
  });

  it('can be swapped', () => {
    const a = tf.variable(tf.scalar(1));
    const b = tf.variable(tf.scalar(2));
    const swap = tf.compile(() => {
      const old = a.clone();
      a.assign(b);
      b.assign(old);
    });
    for (const expected of [[2, 1], [1, 2], [2, 1]]) {
      swap();
      expect([a, b].map((v) => values(v)[0])).toEqual(expected);
    }
  });

  it('leave clones and results made before an update alone', () => {
    const v = tf.variable(tf.tensor1d([1, 2]));
    const f = tf.compile(() => {
      const before = v.clone();
      tf.applyInPlace('AssignAddVariableOp', [v], {}, [tf.ones([2])]);
      const after = v.clone();
      tf.applyInPlace('AssignAddVariableOp', [v], {}, [tf.ones([2])]);
      return [before, after, v];
    });
    const outside = v.clone();
    const first = f();
    expect(first.map(values)).toEqual([[1, 2], [2, 3], [3, 4]]);
    expect(values(outside)).toEqual([1, 2]);
    const clone = v.clone();
    const second = f();
    expect(second.map(values)).toEqual([[3, 4], [4, 5], [5, 6]]);
    expect(first.map(values)).toEqual([[1, 2], [2, 3], [3, 4]]);
    expect([outside, clone].map(values)).toEqual([[1, 2], [3, 4]]);
  });

  it('mixes assignments and in-place updates in order', () => {
    const run = (v: tf.Variable): tf.Tensor => {
      v.assign(v.mul(2));
      tf.applyInPlace('AssignAddVariableOp', [v], {}, [tf.scalar(1)]);
      v.assign(v.mul(v));
      return v.add(0);
    };
    const eager = tf.variable(tf.scalar(1));
    const compiled = tf.variable(tf.scalar(1));
    const f = tf.compile(() => run(compiled));
    for (let i = 0; i < 3; i++) expect(values(f())).toEqual(values(run(eager)));
    expect(values(compiled)).toEqual(values(eager));
  });

  it('update each other in the order of the statements', () => {
    const a = tf.variable(tf.scalar(1));
    const b = tf.variable(tf.scalar(10));
    const body = (p: tf.Variable, q: tf.Variable): void => {
      tf.applyInPlace('AssignAddVariableOp', [p], {}, [q]);
      tf.applyInPlace('AssignAddVariableOp', [q], {}, [p]);
      tf.applyInPlace('AssignSubVariableOp', [p], {}, [q]);
    };
    const f = tf.compile(() => {
      body(a, b);
    });
    const [c, d] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(10))];
    for (let i = 0; i < 3; i++) {
      f();
      body(c, d);
      expect([a, b].map((v) => values(v)[0])).toEqual([c, d].map((v) => values(v)[0]));
    }
  });

  it('may be made in the first call, as optimizers do', () => {
    let made: tf.Variable | undefined;
    let calls = 0;
    const f = tf.compile((x: tf.Tensor) => {
      calls++;
      made ??= tf.variable(x.mul(10));
      made.assign(made.add(1));
      return made.add(x);
    });
    const x = tf.scalar(1);
    expect([1, 2, 3].map(() => values(f(x))[0])).toEqual([12, 13, 14]);
    expect(calls).toBe(2);
    expect(values(made as tf.Variable)).toEqual([13]);
  });

  it('are arguments by identity', () => {
    const f = tf.compile((v: tf.Variable) => {
      v.assign(v.add(1));
    });
    const [a, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(5))];
    f(a);
    f(a);
    f(b);
    expect([a, b].map((v) => values(v)[0])).toEqual([2, 6]);
  });

  it('are not updated in place while a gradient holds their value', () => {
    const v = tf.variable(tf.scalar(3));
    const { grads } = tf.variableGrads(() => v.square() as tf.Scalar, [v]);
    tf.applyInPlace('ResourceApplyGradientDescent', [v], {}, [tf.scalar(0.5), grads[v.name] as tf.Tensor]);
    expect(values(v)).toEqual([0]);
  });

  it('keep their values where the function throws, and so do those it made', () => {
    const v = tf.variable(tf.scalar(1));
    let made: tf.Variable | undefined;
    let fail = true;
    const f = tf.compile(() => {
      made ??= tf.variable(tf.scalar(4));
      v.assign(v.add(1));
      if (fail) throw new Error('from the function');
      return v.add(made);
    });
    const before = tf.memory().numTensors;
    expect(() => f()).toThrow('from the function');
    expect(values(v)).toEqual([1]);
    expect(tf.memory().numTensors).toBe(before + 1);
    fail = false;
    expect(values(f())).toEqual([6]);
  });

  it('may be disposed outside, which makes the function trace again', () => {
    let v = tf.variable(tf.scalar(1));
    const f = tf.compile(() => v.add(1));
    expect(values(f())).toEqual([2]);
    v.dispose();
    v = tf.variable(tf.scalar(7));
    expect(values(f())).toEqual([8]);
  });

  it('must not be disposed inside', () => {
    const v = tf.variable(tf.scalar(1), true, 'precious');
    const f = tf.compile(() => {
      v.dispose();
    });
    expect(() => {
      f();
    }).toThrow('disposed variable "precious"');
  });
});

describe('applyInPlace', () => {
  it('refuses a variable given twice', () => {
    const v = tf.variable(tf.scalar(1));
    expect(() => tf.applyInPlace('ResourceApplyMomentum', [v, v], {}, [])).toThrow('given twice');
  });

  it('refuses disposed variables and strings', () => {
    const v = tf.variable(tf.scalar(1), true, 'gone');
    v.dispose();
    expect(() => tf.applyInPlace('AssignAddVariableOp', [v], {}, [tf.scalar(1)])).toThrow('variable "gone" is disposed');
    const s = tf.variable(tf.scalar('text'), false, 'words');
    expect(() => tf.applyInPlace('AssignAddVariableOp', [s], {}, [tf.scalar('x')])).toThrow('variable "words" holds strings');
  });

  it('reports a shape that does not fit', () => {
    const v = tf.variable(tf.zeros([2]));
    expect(() => tf.applyInPlace('AssignAddVariableOp', [v], {}, [tf.zeros([3])])).toThrow(/shape/i);
    expect(values(v)).toEqual([0, 0]);
  });

  it('takes a variable as the input of its own update', () => {
    const v = tf.variable(tf.scalar(3));
    tf.applyInPlace('AssignAddVariableOp', [v], {}, [v]);
    expect(values(v)).toEqual([6]);
  });
});
