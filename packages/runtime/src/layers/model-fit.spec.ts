import * as tf from '../index';

const NAMES = Object.keys(tf.activeRepairs()) as (keyof tf.Repairs)[];
const uniform = (seed: number) => tf.initializers.glorotUniform({ seed });
const x = tf.randomNormal([24, 6, 6, 2], 0, 1, 'float32', 4);
const y = tf.oneHot(tf.tensor1d(Array.from({ length: 24 }, (_, i) => i % 3), 'int32'), 3).toFloat();

/** The op that tells that a repair is at work in a step of the network below. */
const SIGNS: Readonly<Record<keyof tf.Repairs, string>> = {
  activations: 'ReluGrad',
  reductions: 'BroadcastTo',
  biases: 'BiasAddGrad',
  batchNormalization: 'FusedBatchNormGradV3',
  dropout: 'StatelessRandomUniform',
  crossEntropy: 'SoftmaxCrossEntropyWithLogits',
  optimizers: 'ResourceApplyAdam',
};

/** A stock model through model.compile and model.fit: losses of the epochs, accuracies, and the names of all ops that ran. */
async function fit(repairs: Partial<tf.Repairs>, dropout = 0): Promise<{ loss: number[]; accuracy: number[]; ops: Set<string> }> {
  tf.configureRepairs(false);
  tf.configureRepairs(repairs);
  const execute = jest.spyOn(tf.tensorflowBackend().binding, 'executeOp');
  try {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 2], kernelInitializer: uniform(1) }),
        tf.layers.batchNormalization(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dropout({ rate: dropout }),
        tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: uniform(2) }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const { history } = await model.fit(x, y, { epochs: 6, batchSize: 12, shuffle: false, verbose: 0 });
    model.dispose();
    return { loss: history['loss'] as number[], accuracy: history['acc'] as number[], ops: new Set(execute.mock.calls.map(([op]) => op)) };
  } finally {
    execute.mockRestore();
    tf.configureRepairs(true);
  }
}

const everything = (on: boolean): tf.Repairs => Object.fromEntries(NAMES.map((name) => [name, on])) as unknown as tf.Repairs;

let stock: Awaited<ReturnType<typeof fit>>;
beforeAll(async () => { stock = await fit({}); }, 60_000);

describe.each(NAMES)('model.fit of a stock model, repair %s', (name) => {
  test.each([
    ['alone', { ...everything(false), [name]: true }],
    ['left out', { ...everything(true), [name]: false }],
  ])('%s: is at work where it is on, and the losses are those of stock', async (_, repairs) => {
    const ours = await fit(repairs);
    expect(stock.loss.at(-1)).toBeLessThan(0.9 * (stock.loss[0] as number));
    ours.loss.forEach((loss, i) => { expect(Math.abs(loss - (stock.loss[i] as number))).toBeLessThan(1e-4); });
    expect(ours.accuracy).toEqual(stock.accuracy);
    const { ops } = await fit(repairs, 0.5);
    expect([...ops].includes(SIGNS[name])).toBe(repairs[name]);
  }, 60_000);
});
