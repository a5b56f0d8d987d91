import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { layers, register } from '../index';
import { normal } from '../testing/samples';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cuda-activations-layers-'));
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const bytes = (tensor: tf.Tensor): Buffer => Buffer.from(tensor.dataSync().slice().buffer);

/** Saves and loads a model. */
async function reloaded(model: tf.LayersModel, name: string): Promise<tf.LayersModel> {
  const place = `file://${path.join(folder, name)}`;
  await model.save(place);
  return tf.loadLayersModel(`${place}/model.json`);
}

const seeded = (seed: number): ReturnType<typeof tf.initializers.heNormal> => tf.initializers.heNormal({ seed });

/** A small net with every layer of this package, trained for some steps. */
function everyLayer(): tf.LayersModel {
  const image = tf.input({ shape: [6, 6, 2] });
  let x = tf.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, padding: 'same', kernelInitializer: seeded(1) }).apply(image) as tf.SymbolicTensor;
  x = layers.fusedBiasActivation({ activation: 'elu', alpha: 0.5, dropoutRate: 0.1, seed: 5 }).apply(x) as tf.SymbolicTensor;
  const residual = tf.layers.conv2d({ filters: 4, kernelSize: 1, kernelInitializer: seeded(2) }).apply(x) as tf.SymbolicTensor;
  x = layers.fusedBiasActivation({ activation: 'gelu' }).apply([x, residual]) as tf.SymbolicTensor;
  x = layers.apl({ segments: 3, aInitializer: 'zeros', bInitializer: 'zeros', aRegularizer: tf.regularizers.l2({ l2: 1e-3 }) }).apply(x) as tf.SymbolicTensor;
  x = layers.prelu({ sharing: 'position' }).apply(x) as tf.SymbolicTensor;
  x = tf.layers.flatten().apply(x) as tf.SymbolicTensor;
  x = tf.layers.dense({ units: 8, activation: 'squared_relu' as 'relu', kernelInitializer: tf.initializers.randomNormal({ stddev: 0.1, seed: 3 }) }).apply(x) as tf.SymbolicTensor;
  x = layers.gated({ activation: 'swiglu' }).apply(x) as tf.SymbolicTensor;
  x = layers.fusedActivation({ activation: 'leaky_relu', negativeSlope: 0.1 }).apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: image, outputs: tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seeded(4) }).apply(x) as tf.SymbolicTensor });
}

beforeAll(() => {
  register();
});

test('a net of every layer trains, and is the same bit for bit after saving and loading', async () => {
  const model = everyLayer();
  const images = tf.tensor(normal(32 * 72, 1), [32, 6, 6, 2]);
  const labels = tf.oneHot(tf.range(0, 32, 1, 'int32').mod(tf.scalar(3, 'int32')), 3).toFloat();
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
  const history = await model.fit(images, labels, { epochs: 25, batchSize: 16, verbose: 0, shuffle: false });
  const losses = history.history['loss'] as number[];
  expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));

  const copy = await reloaded(model, 'every');
  const predictions = model.predict(images) as tf.Tensor;
  // A net that has died predicts the same for every image, whatever its layers are.
  expect(new Set(predictions.dataSync()).size).toBeGreaterThan(32);
  expect(bytes(copy.predict(images) as tf.Tensor).equals(bytes(predictions))).toBe(true);
  // tf.layers renames its own layers' names in camelCase.
  const configs = (of: tf.LayersModel): unknown[] => of.layers.map((layer) => ({ ...layer.getConfig(), name: '' })).filter((config) => 'sharing' in config || 'dropoutRate' in config);
  expect(configs(model)).toHaveLength(4);
  expect(configs(copy)).toEqual(configs(model));
  expect(copy.layers.map((layer) => layer.getWeights().map((weight) => weight.shape))).toEqual(model.layers.map((layer) => layer.getWeights().map((weight) => weight.shape)));
}, 60_000);

test('dropout draws a new mask at every training step, none in prediction, and goes on after loading', async () => {
  const layer = layers.fusedBiasActivation({ activation: 'linear', dropoutRate: 0.5, seed: 9, inputShape: [64] });
  const model = tf.sequential({ layers: [layer] });
  const x = tf.ones([4, 64]);
  const train = (of: tf.layers.Layer): Buffer => bytes(of.apply(x, { training: true }) as tf.Tensor);
  expect(bytes(model.predict(x) as tf.Tensor).equals(bytes(x))).toBe(true);
  const [first, second] = [train(layer), train(layer)];
  expect(first.equals(second)).toBe(false);
  const copy = await reloaded(model, 'dropout');
  expect(train(copy.layers[0] as tf.layers.Layer).equals(train(layer))).toBe(true);
});

test.each([
  ['channel', [5, 4]],
  ['layer', [5, 1]],
  ['position', [5, 3, 4]],
] as const)('hinges shared by %s', (sharing, shape) => {
  const layer = layers.apl({ sharing, inputShape: [3, 4] });
  tf.sequential({ layers: [layer] });
  expect(layer.getWeights().map((weight) => weight.shape)).toEqual([shape, shape]);
});

test('initialisers, regularisers and constraints arrive', () => {
  const layer = layers.prelu({ inputShape: [2], slopeInitializer: 'ones', slopeRegularizer: tf.regularizers.l1l2(), slopeConstraint: tf.constraints.maxNorm({ maxValue: 1, axis: 0 }) });
  tf.sequential({ layers: [layer] });
  expect(layer.getWeights()[0]?.dataSync()).toEqual(new Float32Array([1, 1]));
  expect(layer.losses).toHaveLength(1);
  expect(layer.getConfig()['slopeConstraint']).toMatchObject({ className: 'MaxNorm' });
});

describe('names in `activation:` of stock layers', () => {
  const x = tf.tensor2d([[-2, -0.5, 0, 1]]);
  const apply = (activation: unknown): tf.Tensor => tf.layers.activation({ activation: activation as 'relu', inputShape: [4] }).apply(x) as tf.Tensor;

  test.each(['squared_relu', 'squaredRelu', 'leaky_relu', 'tanh_shrink', 'hard_silu', 'hardSwish'])('%s', (name) => {
    expect(bytes(apply(name)).equals(bytes(layers.fusedActivation({ activation: name as 'relu' }).apply(x) as tf.Tensor))).toBe(true);
  });

  test('names of tf.layers keep their meaning', () => {
    // Keras 2: clip(0.2 x + 0.5), not Keras 3's relu6(x + 3) / 6.
    expect(apply('hardSigmoid').dataSync()[3]).toBeCloseTo(0.7, 6);
  });

  test.each([
    ['hard_sigmoid', 2 / 3],
    ['hardSigmoid', 0.7],
    [layers.activation('hard_sigmoid'), 2 / 3],
  ])('%p is the same function in a model that was saved', async (activation, value) => {
    expect(apply(activation).dataSync()[3]).toBeCloseTo(value, 6);
    const model = tf.sequential({ layers: [tf.layers.activation({ activation: activation as 'relu', inputShape: [4] })] });
    const copy = await reloaded(await reloaded(model, 'once'), 'twice');
    expect((copy.predict(x) as tf.Tensor).dataSync()[3]).toBeCloseTo(value, 6);
  });

  test('an instance with parameters, saved under a name that holds them', async () => {
    const activation = layers.activation({ name: 'leaky_relu', negativeSlope: 0.25 });
    expect(apply(activation).dataSync()[0]).toBe(-0.5);
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4], activation: activation as unknown as 'relu' })] });
    const copy = await reloaded(model, 'parameters');
    expect(bytes(copy.predict(x) as tf.Tensor).equals(bytes(model.predict(x) as tf.Tensor))).toBe(true);
  });
});

test.each<[string, () => unknown, string]>([
  ['an unknown activation', () => layers.fusedActivation({ activation: 'gellu' as 'gelu' }), 'activation: unknown name "gellu"; did you mean "gelu"?'],
  ['a parameter that it does not have', () => layers.fusedActivation({ activation: 'gelu', alpha: 1 } as object as { activation: 'gelu' }), 'gelu: unknown parameter "alpha". It has none.'],
  ['a gated activation', () => layers.fusedActivation({ activation: 'glu' as 'gelu' }), 'activation: glu is of family gated, expected pointwise'],
  ['half a segment', () => layers.apl({ segments: 2.5 }), 'segments must be a whole number of at least 0, got 2.5'],
  ['another sharing', () => layers.apl({ sharing: 'row' as 'layer' }), 'sharing must be "channel", "layer" or "position", got "row"'],
  ['another data format', () => layers.prelu({ dataFormat: 'NCHW' as 'channelsFirst' }), 'dataFormat must be "channelsLast" or "channelsFirst", got "NCHW"'],
  ['a rate of 1', () => layers.fusedBiasActivation({ activation: 'relu', dropoutRate: 1 }), 'dropoutRate must be in [0, 1), got 1'],
  ['an odd number of channels', () => tf.sequential({ layers: [layers.gated({ activation: 'glu', inputShape: [3] })] }), 'the number of channels must be even, got 3'],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});
