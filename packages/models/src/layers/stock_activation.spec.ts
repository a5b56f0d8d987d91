import * as tf from '@cuda-activations/runtime';
import { layers, listActivations, type ActivationSpec } from 'cuda-activations';
import { activationSite, activationSites } from './activation_site';
import { hasStockActivation, stockActivation } from './stock_activation';
import { expectClose } from './testing/compare';

/** Around every kink and threshold of the table, but not on them: there the two may take different sides. */
const POINTS = Float32Array.from({ length: 241 }, (_, i) => (i - 120) / 20 + 0.013);

describe('stockActivation', () => {
  it.each(listActivations('pointwise').map(({ name }) => name).filter((name) => hasStockActivation(name as ActivationSpec)))('%s agrees with the fused kernel, values and gradient', (name) => {
    const activation = name as ActivationSpec;
    const stock = stockActivation(activation);
    const fused = (x: tf.Tensor): tf.Tensor => layers.fusedActivation({ activation }).apply(x) as tf.Tensor;
    const x = tf.tensor1d(POINTS);
    expectClose(stock(x).dataSync(), fused(x).dataSync());
    expectClose(tf.grad(stock)(x).dataSync(), tf.grad(fused)(x).dataSync());
  });

  it.each(listActivations('rowwise').map(({ name }) => name))('%s agrees with the fused kernel, values and gradient', (name) => {
    const stock = stockActivation(name as ActivationSpec);
    const fused = (x: tf.Tensor): tf.Tensor => layers.rowwise({ activation: name as 'softmax' }).apply(x) as tf.Tensor;
    const [x, dy] = [tf.randomNormal([6, 40], 0, 2, 'float32', 1), tf.randomNormal([6, 40], 0, 1, 'float32', 2)];
    expectClose(stock(x).dataSync(), fused(x).dataSync());
    expectClose(tf.grad(stock)(x, dy).dataSync(), tf.grad(fused)(x, dy).dataSync());
  });

  it.each<ActivationSpec>([
    { name: 'leaky_relu', negativeSlope: 0.01 },
    { name: 'elu', alpha: 0.5 },
    { name: 'celu', alpha: 2 },
    { name: 'silu', beta: 1.702 },
    { name: 'squareplus', b: 1 },
    { name: 'threshold', threshold: 1, value: -2 },
  ])('takes the parameters of %j', (activation) => {
    const x = tf.tensor1d(POINTS);
    const fused = layers.fusedActivation({ activation }).apply(x) as tf.Tensor;
    expectClose(stockActivation(activation)(x).dataSync(), fused.dataSync());
  });

  it('refuses what is neither pointwise nor row-wise', () => {
    expect(() => stockActivation('apl')).toThrow(/apl is of family perChannel, expected pointwise/);
    expect(() => stockActivation('reluu' as 'relu')).toThrow(/unknown name "reluu"/);
  });
});

describe('activationSites', () => {
  it('finds the layers of activationSite and no others', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [4] }),
        activationSite('layer1.0.act2', { activation: 'elu', implementation: 'stock', seed: 0 }),
        tf.layers.dense({ units: 2, name: 'contact' }),
        activationSite('act12', { activation: 'elu', implementation: 'fused', seed: 0 }),
      ],
    });
    expect(activationSites(model).map(({ name }) => name)).toEqual(['layer1.0.act2', 'act12']);
  });
});
