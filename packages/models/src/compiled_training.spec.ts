import * as tf from '@cuda-activations/runtime';
import { createCnn } from './cnn/create_cnn';
import { createResNet50 } from './resnet/create_resnet50';

/** A network as a function, and the variables it trains. */
interface Network {
  logits(x: tf.Tensor): tf.Tensor2D;
  readonly variables: tf.Variable[];
}

function ofModel(model: tf.LayersModel): Network {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return { logits: (x) => model.apply(x, { training: true }) as tf.Tensor2D, variables };
}

/** One post-norm transformer block with two heads over sequences [batch, 6, 8], mean pooling and three classes; written with plain tfjs ops. */
function transformerBlock(dropoutRate: number): Network {
  const width = 8;
  let seed = 1;
  const weight = (...shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 0.3, 'float32', seed++));
  const [query, key, value, output] = [weight(width, width), weight(width, width), weight(width, width), weight(width, width)];
  const [expand, expandBias, contract, classify] = [weight(width, 32), weight(32), weight(32, width), weight(width, 3)];
  const [gain1, gain2] = [tf.variable(tf.ones([width])), tf.variable(tf.ones([width]))];

  const project = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.reshape(tf.matMul(tf.reshape(x, [-1, w.shape[0] as number]), w as tf.Tensor2D), [...x.shape.slice(0, -1), w.shape[1] as number]);
  const heads = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [-1, 6, 2, width / 2]), [0, 2, 1, 3]);
  const normalize = (x: tf.Tensor, gain: tf.Tensor): tf.Tensor => {
    const { mean, variance } = tf.moments(x, -1, true);
    return x.sub(mean).mul(tf.rsqrt(variance.add(1e-6))).mul(gain);
  };
  const drop = (x: tf.Tensor): tf.Tensor => (dropoutRate === 0 ? x : tf.dropout(x, dropoutRate));
  const logits = (x: tf.Tensor): tf.Tensor2D => {
    const scores = tf.matMul(heads(project(x, query)), heads(project(x, key)), false, true).div(Math.sqrt(width / 2));
    const attended = tf.reshape(tf.transpose(tf.matMul(drop(tf.softmax(scores)), heads(project(x, value))), [0, 2, 1, 3]), [-1, 6, width]);
    const first = normalize(x.add(drop(project(attended, output))), gain1);
    const hidden = tf.elu(project(first, expand).add(expandBias));
    const second = normalize(first.add(drop(project(hidden, contract))), gain2);
    return tf.matMul(second.mean(1) as tf.Tensor2D, classify as unknown as tf.Tensor2D);
  };
  return { logits, variables: [query, key, value, output, expand, expandBias, contract, classify, gain1, gain2] };
}

/** Losses of `steps` steps on one batch from the same initial weights and random numbers. */
function train(makeNetwork: () => Network, makeOptimizer: () => tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D, steps: number, compiled: boolean): number[] {
  const before = new Set(Object.keys(tf.engine().registeredVariables));
  tf.setRandomSeed(7);
  const network = makeNetwork();
  const optimizer = makeOptimizer();
  const eager = (input: tf.Tensor, target: tf.Tensor1D): tf.Scalar =>
    optimizer.minimize(() => tf.losses.sparseSoftmaxCrossEntropy(target, network.logits(input)) as tf.Scalar, true, network.variables) as tf.Scalar;
  const step = compiled ? tf.compile(eager) : eager;
  const losses = Array.from({ length: steps }, () => tf.tidy(() => step(x, labels).dataSync()[0] as number));
  for (const [name, variable] of Object.entries(tf.engine().registeredVariables)) if (!before.has(name)) variable.dispose();
  return losses;
}

const optimizers: [string, () => tf.Optimizer][] = [
  ['SGD', () => tf.optimizers.momentum(0.01, 0.9)],
  ['Adam', () => tf.optimizers.adam(0.002)],
];
const images = tf.randomUniform([8, 32, 32, 3], -1, 1, 'float32', 3);
const sequences = tf.randomNormal([8, 6, 8], 0, 1, 'float32', 4);
const classes = (count: number): tf.Tensor1D => tf.tensor1d(Array.from({ length: 8 }, (_, i) => i % count), 'int32');

describe.each(optimizers)('compiled training with %s has the losses of eager training', (_, optimizer) => {
  it.each([
    ['the CNN', () => ofModel(createCnn({ input: 'cifar10', activation: 'elu', initialization: 'torch', seed: 1 })), images, classes(10)],
    ['a transformer block', () => transformerBlock(0), sequences, classes(3)],
    ['a transformer block with dropout', () => transformerBlock(0.2), sequences, classes(3)],
  ] as [string, () => Network, tf.Tensor, tf.Tensor1D][])('%s, 100 steps', (__, network, x, labels) => {
    const eager = train(network, optimizer, x, labels, 100, false);
    const compiled = train(network, optimizer, x, labels, 100, true);
    expect(eager[99]).toBeLessThan(0.7 * (eager[0] as number));
    // The optimiser of the graph may order a sum otherwise; training amplifies the rounding.
    compiled.forEach((loss, i) => expect(Math.abs(loss - (eager[i] as number))).toBeLessThan(i < 10 ? 2e-6 : 1e-4));
  });

  it('ResNet-50, 3 steps', () => {
    const network = (): Network => ofModel(createResNet50({ stem: 'cifar', activation: 'relu', activationSites: 'all', initialization: 'torch', seed: 1 }));
    const x = tf.slice(images, [0, 0, 0, 0], [4, 32, 32, 3]);
    const labels = tf.slice(classes(10), [0], [4]);
    const eager = train(network, optimizer, x, labels, 3, false);
    const compiled = train(network, optimizer, x, labels, 3, true);
    // Batch normalisation over four values of the 1x1 and 2x2 maps amplifies rounding.
    compiled.forEach((loss, i) => expect(Math.abs(loss - (eager[i] as number)) / (eager[i] as number)).toBeLessThan(i === 0 ? 1e-5 : 2e-2));
  }, 120_000);
});
