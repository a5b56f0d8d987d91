import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { apl, biasActivation, fuseStockActivations, gelu, layers, listActivations, prelu, softmax, swiglu, type ActivationSpec } from 'cuda-activations';
import { createCnn } from '../cnn/create_cnn';
import { hasStockActivation, withStockOps } from './stock_activation';
import { expectClose } from './testing/compare';

type Function = (...tensors: tf.Tensor[]) => tf.Tensor;

const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const holdsOurs = (graph: Buffer): boolean => graph.toString('latin1').includes('CudaActivations>');

/** A function is one of ours, the graph with stock ops holds none, and both give the same. */
function expectSame(f: Function, ...args: tf.Tensor[]): void {
  const compiled = tf.compile(f);
  expect(holdsOurs(compiled.toGraphDef(...args))).toBe(true);
  expect(holdsOurs(withStockOps(() => compiled.toGraphDef(...args)))).toBe(false);
  expectClose(withStockOps(() => f(...args)).dataSync(), f(...args).dataSync());
}

test('every pointwise and row-wise activation has a composition', () => {
  expect([...listActivations('pointwise'), ...listActivations('rowwise')].filter(({ name }) => !hasStockActivation(name as ActivationSpec))).toEqual([]);
});

describe('withStockOps', () => {
  const x = random([3, 4, 6], 1);

  test.each<[string, Function, tf.Tensor[]]>([
    ['pointwise', (t) => gelu(t), [x]],
    ['row-wise, along another axis', (t) => softmax(t, { axis: 1 }), [x]],
    ['gated', (t) => swiglu(t), [x]],
    ['gated, of two tensors', (a, b) => swiglu(a as tf.Tensor, b as tf.Tensor), [x, random([3, 4, 6], 2)]],
    ['prelu', (t, slope) => prelu(t as tf.Tensor, slope as tf.Tensor), [x, random([6], 2)]],
    ['apl, channels first', (t, a, b) => apl(t as tf.Tensor, a as tf.Tensor, b as tf.Tensor, { dataFormat: 'channelsFirst' }), [x, random([5, 4], 2), random([5, 4], 3)]],
    ['bias and residual', (t, bias, residual) => biasActivation(t as tf.Tensor, bias as tf.Tensor, { activation: 'elu', residual: residual as tf.Tensor }), [x, random([6], 2), random([3, 4, 6], 3)]],
  ])('%s: the same without an op of the library', (_, f, args) => {
    expectSame(f as Function, ...args);
  });

  test('whole models, a bias before each activation', () => {
    const model = createCnn({ input: 'mnist', activation: { name: 'leaky_relu', negativeSlope: 0.1 } });
    expectSame((images) => model.apply(images as tf.Tensor) as tf.Tensor, random([2, 28, 28, 1], 4));
  });

  test('a training step, whose gradients are those of stock ops', () => {
    const kernel = tf.variable(random([6, 5], 5));
    const optimizer = tf.train.sgd(0.1);
    const [a, b] = [tf.variable(random([2, 5], 6)), tf.variable(random([2, 5], 7))];
    const input = random([8, 6], 8);
    const start = [kernel, a, b].map((variable) => variable.clone());
    const step = tf.compile(() => optimizer.minimize(() => tf.mean(tf.square(apl(tf.matMul(input, kernel), a, b))) as tf.Scalar, true, [kernel, a, b]) as tf.Scalar);
    const run = (): Float32Array[] => {
      [kernel, a, b].forEach((variable, i) => { variable.assign(start[i] as tf.Tensor); });
      step();
      return [kernel, a, b].map((variable) => Float32Array.from(variable.dataSync()));
    };
    const fused = run();
    step.dispose();
    expect(holdsOurs(withStockOps(() => tf.compile(() => optimizer.minimize(() => tf.mean(tf.square(apl(tf.matMul(input, kernel), a, b))) as tf.Scalar, true, [kernel, a, b]) as tf.Scalar).toGraphDef()))).toBe(false);
    [kernel, a, b].forEach((variable, i) => { variable.assign(start[i] as tf.Tensor); });
    withStockOps(() => optimizer.minimize(() => tf.mean(tf.square(apl(tf.matMul(input, kernel), a, b))) as tf.Scalar, false, [kernel, a, b]));
    [kernel, a, b].forEach((variable, i) => { expectClose(variable.dataSync(), fused[i] as Float32Array); });
  });

  test('a SavedModel with stock ops gives the same', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stock-ops-'));
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [6] }), layers.apl(), layers.fusedBiasActivation({ activation: 'mish', dropoutRate: 0.5 }), layers.gated({ activation: 'geglu' })] });
    const f = tf.compile((t: tf.Tensor) => model.apply(t) as tf.Tensor);
    const input = random([3, 6], 9);
    withStockOps(() => { f.saveModel(folder, input); });
    expect(holdsOurs(fs.readFileSync(path.join(folder, 'saved_model.pb')))).toBe(false);
    const saved = await tf.node.loadSavedModel(folder);
    const { result_0: result } = saved.predict({ argument_0: input }) as Record<string, tf.Tensor>;
    expectClose((result as tf.Tensor).dataSync(), f(input).dataSync());
    saved.dispose();
    fs.rmSync(folder, { recursive: true });
  });

  test('what is an op of the library alone is refused by name, and the library is back afterwards', () => {
    expect(() => withStockOps(() => gelu.gradient(x, x))).toThrow('CudaActivations>FusedActivationGrad has no composition of other ops');
    const dropping = layers.fusedBiasActivation({ activation: 'relu', dropoutRate: 0.5 });
    expect(() => withStockOps(() => dropping.apply(x, { training: true }))).toThrow('CudaActivations>FusedBiasActivation has no composition');
    const restore = fuseStockActivations();
    expect(() => withStockOps(() => tf.elu(x))).toThrow('CudaActivations>FusedActivation has no composition');
    restore();
    expect(() => withStockOps(() => Promise.resolve(1))).toThrow('run must be synchronous');
    expect(holdsOurs(tf.compile((t: tf.Tensor) => gelu(t)).toGraphDef(x))).toBe(true);
  });
});
