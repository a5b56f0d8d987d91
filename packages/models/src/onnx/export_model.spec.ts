import { InferenceSession, Tensor } from 'onnxruntime-node';
import * as tf from '@cuda-activations/runtime';
import { layers as fused, register } from 'cuda-activations';
import { createCnn } from '../cnn/create_cnn';
import { createResNet50 } from '../resnet/create_resnet50';
import { modelToOnnx, ONNX_LAYERS } from './export_model';
import { Model } from './schema';
import { models, sequential } from './testing/models';

const { layers } = tf;
const used = new Set<string>();

/** Largest difference of the outputs in onnxruntime, in units of the largest output; `image` is the size where the model does not say. */
async function difference(model: tf.LayersModel, { batch = 3, image = [9, 8] } = {}): Promise<number> {
  for (const layer of model.layers) used.add(layer.getClassName());
  const session = await InferenceSession.create(modelToOnnx(model));
  const inputs = model.inputs.map(({ shape }, i) =>
    tf.randomNormal([batch, ...shape.slice(1).map((size, axis) => size ?? (image[axis] as number))], 0, 1, 'float32', i + 77),
  );
  const expected = [model.predict(inputs)].flat();
  const feeds = Object.fromEntries(inputs.map((input, i) => [session.inputNames[i] as string, new Tensor('float32', input.dataSync() as Float32Array, input.shape)]));
  const results = await session.run(feeds);
  const differences = expected.map((tensor, i) => {
    const result = results[session.outputNames[i] as string] as Tensor;
    expect([...result.dims]).toEqual(tensor.shape);
    const values = Float32Array.from(tensor.dataSync());
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
    return values.reduce((largest, value, j) => Math.max(largest, Math.abs(value - Number(result.data[j]))), 0) / scale;
  });
  await session.release();
  tf.dispose([inputs, expected]);
  return Math.max(...differences);
}

beforeAll(() => {
  register();
});

test.each(Object.entries(models))('%s: the same in onnxruntime', async (_, make) => {
  const model = make();
  expect(await difference(model)).toBeLessThan(1e-5);
  model.dispose();
});

test('an image of any size, where the model takes it', async () => {
  expect(await difference(models['sizes that are not known']?.() as tf.LayersModel, { image: [12, 5] })).toBeLessThan(1e-5);
});

test('a trained CNN classifies in onnxruntime as it does here', async () => {
  const model = sequential(
    [12, 12, 1],
    layers.conv2d({ filters: 8, kernelSize: 3, useBias: false }),
    layers.batchNormalization(),
    fused.apl({ seed: 1 }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.dropout({ rate: 0.2 }),
    layers.flatten(),
    layers.dense({ units: 16 }),
    fused.prelu(),
    layers.dense({ units: 2, activation: 'softmax' }),
  );
  const optimizer = tf.train.adam(0.01);
  // Whether the upper half is the brighter one.
  const images = tf.randomUniform([64, 12, 12, 1], 0, 1, 'float32', 3) as tf.Tensor4D;
  const labels = tf.oneHot(tf.cast(tf.less(tf.mean(tf.slice(images, [0, 0], [-1, 6]), [1, 2, 3]), tf.mean(tf.slice(images, [0, 6], [-1, 6]), [1, 2, 3])), 'int32'), 2);
  const step = tf.compile(
    () => optimizer.minimize(() => tf.losses.logLoss(labels, model.apply(images, { training: true }) as tf.Tensor) as tf.Scalar, true) as tf.Scalar,
  );
  const first = step().dataSync()[0] as number;
  let last = first;
  for (let i = 0; i < 60; i++) last = step().dataSync()[0] as number;
  expect(last).toBeLessThan(first / 2);
  expect(await difference(model, { batch: 16 })).toBeLessThan(1e-5);
});

test('ResNet-50: images are transposed once, and the largest model here is the same', async () => {
  const model = createResNet50({ activation: 'silu', inputShape: [32, 32, 3] });
  const { graph } = Model.toObject(Model.decode(modelToOnnx(model))) as { graph: { node: { opType: string }[] } };
  expect(graph.node.filter(({ opType }) => opType === 'Transpose')).toHaveLength(1);
  expect(await difference(model, { batch: 1 })).toBeLessThan(1e-4);
  model.dispose();
}, 60_000);

test('leaves no tensor behind', () => {
  const model = createCnn({ activation: 'apl' });
  const before = tf.memory().numTensors;
  modelToOnnx(model);
  expect(tf.memory().numTensors).toBe(before);
});

test('every layer that is said to be exported was', () => {
  expect(ONNX_LAYERS.filter((name) => !used.has(name))).toEqual([]);
});

describe('what cannot be exported is told with the layer', () => {
  test.each<[string, () => tf.LayersModel, string]>([
    [
      'an unknown layer',
      () => sequential([4, 3], layers.dense({ units: 2 }), layers.lstm({ units: 2, name: 'memory' })),
      'layer memory (LSTM): is of no class that can be exported; those are FusedActivation,',
    ],
    ['a model within a model', () => sequential([4], sequential([4], layers.dense({ units: 2 })) as never), '(Sequential): is of no class'],
    [
      'channels first',
      () => sequential([3, 8, 8], layers.zeroPadding2d({ dataFormat: 'channelsFirst', name: 'pad' })),
      'layer pad (ZeroPadding2D): dataFormat must be channelsLast to be exported, got channelsFirst',
    ],
    [
      'another axis of normalisation',
      () => sequential([4, 5], layers.layerNormalization({ axis: 1, name: 'norm' })),
      'layer norm (LayerNormalization): axis must be the last to be exported, got [1]',
    ],
    [
      'ranks that differ',
      () => {
        const [x, y] = [tf.input({ shape: [3] }), tf.input({ shape: [2, 3] })];
        return tf.model({ inputs: [x, y], outputs: layers.add({ name: 'sum' }).apply([x, y]) as tf.SymbolicTensor });
      },
      'layer sum (Add): tensors of different ranks are not exported',
    ],
    [
      'an input of whole numbers',
      () => tf.sequential({ layers: [layers.inputLayer({ inputShape: [3], dtype: 'int32', name: 'tokens' }), layers.embedding({ inputDim: 5, outputDim: 2 })] }),
      'input tokens: only float32 is exported, got int32',
    ],
  ])('%s', (_, make, message) => {
    expect(() => modelToOnnx(make())).toThrow(message);
  });
});
