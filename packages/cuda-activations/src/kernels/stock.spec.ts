import * as tf from '@cuda-activations/runtime';
import { fuseStockActivations } from '../index';
import { farthest, relativeTo } from '../testing/compare';
import { withoutLeak } from '../testing/memory';
import { normal } from '../testing/samples';
import { slopeForm } from './stock_prelu';

const x = tf.tensor(normal(240, 1, 2), [4, 3, 5, 4]);
const dy = tf.tensor(normal(240, 2), [4, 3, 5, 4]);

type Function = (x: tf.Tensor) => tf.Tensor;

const functions: readonly [string, Function][] = [
  ['relu', tf.relu],
  ['relu6', tf.relu6],
  ['elu', tf.elu],
  ['selu', tf.selu],
  ['sigmoid', tf.sigmoid],
  ['tanh', tf.tanh],
  ['softplus', tf.softplus],
  ['leakyRelu', (v) => tf.leakyRelu(v, 0.1)],
  ['leakyRelu with a negative slope', (v) => tf.leakyRelu(v, -0.5)],
  ['prelu per channel', (v) => tf.prelu(v, tf.tensor([0.1, 0.2, 0.3, 0.4], [1, 1, 4]))],
  ['prelu per position', (v) => tf.prelu(v, tf.tensor(normal(60, 3), [3, 5, 4]))],
  ['prelu shared', (v) => tf.prelu(v, tf.tensor1d([0.3]))],
  ['prelu per row', (v) => tf.prelu(v, tf.tensor([0.1, 0.2, 0.3], [3, 1, 1]))],
  ['prelu in a form of its own', (v) => tf.prelu(v, tf.tensor(normal(20, 4), [5, 4]))],
  ['ReLU layer', (v) => tf.layers.reLU({ maxValue: 2 }).apply(v) as tf.Tensor],
  ['gelu by name', (v) => tf.layers.activation({ activation: 'gelu' as 'relu' }).apply(v) as tf.Tensor],
  ['mish by name', (v) => tf.layers.activation({ activation: 'mish' as 'relu' }).apply(v) as tf.Tensor],
  ['swish by name', (v) => tf.layers.activation({ activation: 'swish' as 'relu' }).apply(v) as tf.Tensor],
  ['softsign by name', (v) => tf.layers.activation({ activation: 'softsign' }).apply(v) as tf.Tensor],
];

test.each(functions)('%s is the same fused and stock', (_, f) => {
  const both = (): [Float32Array, Float32Array] => [f(x).dataSync(), tf.grad(f)(x, dy).dataSync()] as [Float32Array, Float32Array];
  const [y, dx] = both();
  const undo = fuseStockActivations();
  try {
    const [fusedY, fusedDx] = both();
    expect(farthest(y, fusedY, (v) => v, relativeTo(1), 1e-5)).toBeNull();
    expect(farthest(dx, fusedDx, (v) => v, relativeTo(1), 1e-5)).toBeNull();
  } finally {
    undo();
  }
});

test('other types stay with the stock kernel', () => {
  const undo = fuseStockActivations();
  const y = tf.relu(tf.tensor1d([-2, 3], 'int32'));
  undo();
  expect(y.dtype).toBe('int32');
  expect(Array.from(y.dataSync())).toEqual([0, 3]);
});

/** Names of the TensorFlow ops that a call runs. */
function opsOf(f: () => tf.Tensor): string[] {
  const execute = jest.spyOn(tf.TensorFlowBackend.prototype, 'execute');
  f().dispose();
  const names = execute.mock.calls.map(([name]) => name);
  execute.mockRestore();
  return names;
}

test('runs our ops while in place, and stock ones before and after', () => {
  const gradient = (): tf.Tensor => tf.grad((v: tf.Tensor) => tf.elu(v))(x, dy);
  const stock = opsOf(gradient);
  expect(stock).not.toContain('CudaActivations>FusedActivation');
  const undo = fuseStockActivations();
  expect(fuseStockActivations()).toBe(undo);
  expect(opsOf(gradient)).toEqual(expect.arrayContaining(['CudaActivations>FusedActivation', 'CudaActivations>FusedActivationGrad']));
  undo();
  undo();
  expect(opsOf(gradient)).toEqual(stock);
});

test('an existing model runs fused', () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 5, activation: 'relu', inputShape: [4] }), tf.layers.dense({ units: 2, activation: 'sigmoid' })] });
  const before = (model.predict(tf.ones([3, 4])) as tf.Tensor).dataSync();
  const undo = fuseStockActivations();
  expect(opsOf(() => model.predict(tf.ones([3, 4])) as tf.Tensor)).toContain('CudaActivations>FusedActivation');
  const fused = (model.predict(tf.ones([3, 4])) as tf.Tensor).dataSync();
  undo();
  expect(farthest(before, fused, (v) => v, relativeTo(1), 1e-6)).toBeNull();
});

test('second derivatives, which stock ops that save their output lose', () => {
  const undo = fuseStockActivations();
  const point = tf.tensor1d([0.3]);
  const gg = tf.grad((v: tf.Tensor) => tf.grad((w: tf.Tensor) => tf.sigmoid(w))(v));
  const second = withoutLeak(() => gg(point));
  undo();
  const s = 1 / (1 + Math.exp(-0.3));
  expect(second.dataSync()[0]).toBeCloseTo(s * (1 - s) * (1 - 2 * s), 6);
});

test.each([
  [[2, 3, 4], [4], { shape: [4], dataFormat: 'channelsLast' }],
  [[2, 3, 4], [1, 1, 4], { shape: [4], dataFormat: 'channelsLast' }],
  [[2, 3, 4], [3, 1], { shape: [3], dataFormat: 'channelsFirst' }],
  [[2, 3, 4], [3, 4], { shape: [3, 4], dataFormat: 'channelsLast' }],
  [[2, 3, 4], [1], { shape: [1], dataFormat: 'channelsLast' }],
  [[2, 3, 4], [2, 3, 4], undefined],
  [[2, 3, 4, 4], [4, 1], undefined],
  [[4], [4], undefined],
])('a slope against x of %j and %j', (shape, alpha, form) => {
  expect(slopeForm(shape, alpha)).toEqual(form);
});
