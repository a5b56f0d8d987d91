import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '../index';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'saved-model-'));
afterAll(() => {
  fs.rmSync(directory, { recursive: true });
});

describe('saveModel', () => {
  it('writes a SavedModel that TensorFlow loads and runs, with the values that variables have', async () => {
    const w = tf.variable(tf.tensor2d([[1, 2], [3, 4]]));
    const scale = tf.scalar(10);
    const f = tf.compile((x: tf.Tensor2D) => {
      w.assign(w.mul(2));
      const y = x.matMul(w as unknown as tf.Tensor2D);
      return { y, scaled: y.mul(scale) };
    });
    f(tf.ones([1, 2]) as tf.Tensor2D);
    f.saveModel(directory, tf.ones([3, 2]) as tf.Tensor2D);
    // Saving ran nothing.
    expect(Array.from(w.dataSync())).toEqual([2, 4, 6, 8]);
    const model = await tf.node.loadSavedModel(directory);
    const x = tf.tensor2d([[1, 0], [0, 1], [1, 1]]);
    const outputs = model.predict({ argument_0: x }) as Record<string, tf.Tensor>;
    expect(Array.from((outputs['result_0'] as tf.Tensor).dataSync())).toEqual([4, 8, 12, 16, 16, 24]);
    expect(Array.from((outputs['result_1'] as tf.Tensor).dataSync())).toEqual([40, 80, 120, 160, 160, 240]);
    model.dispose();
  });
});

describe('toGraphDef', () => {
  it('names arguments and variables, and holds the updates', () => {
    const v = tf.variable(tf.scalar(1), true, 'my/counter');
    const f = tf.compile((x: tf.Tensor) => {
      v.assign(v.add(x));
      return v.square();
    });
    const text = f.toGraphDef(tf.scalar(1)).toString('latin1');
    for (const name of ['argument_0', 'handle_0_my_counter', 'ReadVariableOp', 'AssignVariableOp', 'result_0', 'updates']) expect(text).toContain(name);
    expect(v.dataSync()[0]).toBe(1);
  });

  it('holds small tensors from outside, and names large ones', () => {
    const [small, large] = [tf.tensor1d([1, 2]), tf.zeros([100_000])];
    const f = tf.compile((x: tf.Tensor) => tf.concat([x.add(small), large]));
    const text = f.toGraphDef(tf.zeros([2])).toString('latin1');
    expect([...new Set(text.match(/outside_\d+/g))]).toHaveLength(1);
    tf.dispose([small, large]);
  });

  it('leaves a function that makes variables at its first call usable', () => {
    let made: tf.Variable | undefined;
    const f = tf.compile((x: tf.Tensor) => x.add((made ??= tf.variable(tf.scalar(5), true, 'made'))));
    expect(f.toGraphDef(tf.scalar(1)).toString('latin1')).toMatch(/variable_\d+_made/);
    expect(f(tf.scalar(1)).dataSync()[0]).toBe(6);
  });

  it('refuses a function that makes variables at every call', () => {
    const before = tf.memory().numTensors;
    const f = tf.compile((x: number) => tf.variable(tf.scalar(x)).add(1));
    expect(() => f.toGraphDef(1)).toThrow('makes new variables at every call');
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});
