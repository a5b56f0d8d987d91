import * as tf from '@cuda-activations/runtime';
import { layers as fused } from 'cuda-activations';
import { createAplCnn } from '../../apl/create_apl_cnn';
import { createAplNet } from '../../apl/create_apl_net';
import { createCnn } from '../../cnn/create_cnn';
import { Conv2d } from '../../layers/conv2d';
import { AveragePool2d, MaxPool2d } from '../../layers/pool2d';
import { StockActivation } from '../../layers/stock_activation';

/** Every weight another random number, variances positive: initial zeros and ones would hide what is left out or in the wrong order. */
function randomize(model: tf.LayersModel): void {
  model.weights.forEach((weight, i) => {
    if (weight.dtype !== 'float32') return;
    const size = weight.shape.reduce<number>((product, each) => product * (each ?? 1), 1);
    const deviation = weight.originalName.endsWith('kernel') ? (size / (weight.shape.at(-1) ?? 1)) ** -0.5 : 0.5;
    tf.tidy(() => {
      const values = tf.randomNormal(weight.shape as number[], 0, deviation, 'float32', i + 1);
      weight.write(weight.originalName.endsWith('variance') ? tf.add(tf.abs(values), 0.5) : values);
    });
  });
}

/** A model of these layers over an input. */
export function sequential(inputShape: readonly (number | null)[], ...layers: tf.layers.Layer[]): tf.LayersModel {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: inputShape as number[] }), ...layers] });
  randomize(model);
  return model;
}

const { layers } = tf;
const image = [9, 7, 4];
const merged = (...merges: tf.layers.Layer[]): tf.LayersModel => {
  const x = tf.input({ shape: image });
  const y = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(x) as tf.SymbolicTensor;
  const z = layers.conv2d({ filters: 4, kernelSize: 1 }).apply(y) as tf.SymbolicTensor;
  const model = tf.model({ inputs: x, outputs: merges.map((each) => each.apply([x, y, z]) as tf.SymbolicTensor) });
  randomize(model);
  return model;
};

/** Models that hold every layer that is exported, by what they show. */
export const models: Readonly<Record<string, () => tf.LayersModel>> = {
  'dense, by rank': () =>
    sequential(
      [5, 6],
      layers.dense({ units: 4, activation: 'tanh' }),
      layers.dense({ units: 3, useBias: false }),
      layers.flatten(),
      layers.dense({ units: 2, activation: 'softmax' }),
    ),
  'activations by name': () =>
    sequential(
      [6],
      layers.dense({ units: 8, activation: 'hardSigmoid' }),
      layers.dense({ units: 8, activation: 'hard_sigmoid' as 'relu' }),
      layers.dense({ units: 8, activation: 'squared_relu' as 'relu' }),
      layers.activation({ activation: 'gelu_new' as 'relu' }),
      layers.dense({ units: 8, activation: fused.activation({ name: 'leaky_relu', negativeSlope: 0.1 }) as never }),
      layers.activation({ activation: 'swish' }),
      layers.activation({ activation: 'logSoftmax' as 'softmax' }),
    ),
  'activation layers of tf.layers': () =>
    sequential(
      image,
      layers.conv2d({ filters: 3, kernelSize: 2 }),
      layers.reLU({ maxValue: 2 }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.conv2d({ filters: 3, kernelSize: 1 }),
      layers.elu(),
      layers.prelu(),
      layers.conv2d({ filters: 3, kernelSize: 1 }),
      layers.prelu({ sharedAxes: [1, 2] }),
      layers.thresholdedReLU({ theta: -0.5 }),
      layers.reLU(),
      layers.softmax({ axis: -1 }),
    ),
  convolutions: () =>
    sequential(
      [9, 8, 3],
      layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: 2, padding: 'same', activation: 'relu' }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
      layers.separableConv2d({ filters: 5, kernelSize: 2, depthMultiplier: 2 }),
      layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2, useBias: false, padding: 'same' }),
    ),
  'sizes that are not known': () =>
    sequential(
      [null, null, 3],
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.globalMaxPooling2d({ dataFormat: 'channelsLast' }),
    ),
  "the package's convolution and pools": () =>
    sequential(
      [9, 10, 3],
      new Conv2d({ filters: 4, kernelSize: 3, stride: 2, padding: 1 }),
      new MaxPool2d({ poolSize: 3, stride: 2, padding: 1, rounding: 'ceil' }),
      new Conv2d({ filters: 4, kernelSize: 2, padding: 2, useBias: false }),
      new AveragePool2d({ poolSize: 3, stride: 2, rounding: 'ceil' }),
      new AveragePool2d({ poolSize: 2, stride: 1, padding: 1 }),
    ),
  'pools of tf.layers': () =>
    sequential(
      [9, 8, 3],
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.averagePooling2d({ poolSize: 2, strides: 2, padding: 'same' }),
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 1],
        ],
      }),
      layers.averagePooling2d({ poolSize: [3, 2], strides: 1 }),
      layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
    ),
  normalisation: () =>
    sequential(
      image,
      layers.batchNormalization(),
      layers.conv2d({ filters: 3, kernelSize: 2 }),
      layers.batchNormalization({ scale: false, center: false, epsilon: 0.1 }),
      layers.layerNormalization({ axis: 3 }),
      layers.flatten(),
      layers.dense({ units: 5 }),
      layers.batchNormalization({ scale: false }),
      layers.layerNormalization({ center: false }),
    ),
  'merging layers': () =>
    merged(layers.add(), layers.multiply(), layers.average(), layers.maximum(), layers.minimum(), layers.concatenate({ axis: 1 }), layers.concatenate()),
  axes: () =>
    sequential(
      image,
      layers.conv2d({ filters: 4, kernelSize: 2 }),
      layers.permute({ dims: [3, 1, 2] }),
      layers.reshape({ targetShape: [8, 24] }),
      fused.rowwise({ activation: 'sparsemax', axis: 1 }),
      layers.reshape({ targetShape: [6, null as never, 4] }),
      layers.conv2d({ filters: 4, kernelSize: 1 }),
      fused.rowwise({ activation: 'softmax' }),
    ),
  'what a trained model leaves out': () =>
    sequential(
      [6],
      layers.dropout({ rate: 0.5 }),
      layers.gaussianNoise({ stddev: 1 }),
      layers.gaussianDropout({ rate: 0.5 }),
      layers.alphaDropout({ rate: 0.5 }),
      layers.reshape({ targetShape: [3, 2] }),
      layers.spatialDropout1d({ rate: 0.5 } as never),
    ),
  'fused layers over images': () =>
    sequential(
      image,
      layers.conv2d({ filters: 6, kernelSize: 2, useBias: false }),
      fused.fusedBiasActivation({ activation: 'mish', dropoutRate: 0.5, seed: 1 }),
      fused.fusedActivation({ activation: 'elu', alpha: 0.5 }),
      fused.prelu(),
      fused.apl({ segments: 3 }),
      fused.prelu({ sharing: 'position' }),
      fused.apl({ sharing: 'position' }),
      fused.prelu({ sharing: 'layer' }),
      fused.apl({ sharing: 'layer' }),
      fused.gated({ activation: 'swiglu' }),
      new StockActivation({ activation: 'celu' }),
    ),
  'fused layers over rows': () =>
    sequential(
      [4, 8],
      fused.fusedBiasActivation({ activation: 'gelu' }),
      fused.apl(),
      fused.prelu(),
      fused.gated({ activation: 'geglu_tanh' }),
      fused.rowwise({ activation: 'log_softmax' }),
      new StockActivation({ activation: 'softmax' }),
    ),
  'fused layers that count channels first': () =>
    sequential(
      image,
      layers.conv2d({ filters: 6, kernelSize: 2, useBias: false }),
      fused.fusedBiasActivation({ activation: 'silu', dataFormat: 'channelsFirst' }),
      fused.prelu({ dataFormat: 'channelsFirst' }),
      fused.apl({ dataFormat: 'channelsFirst' }),
      fused.gated({ activation: 'reglu', dataFormat: 'channelsFirst' }),
    ),
  'two inputs and a residual': () => {
    const [x, y] = [tf.input({ shape: image }), tf.input({ shape: image })];
    const conv = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false }).apply(x) as tf.SymbolicTensor;
    const sum = fused.fusedBiasActivation({ activation: 'relu' }).apply([conv, y]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [x, y], outputs: [fused.gated({ activation: 'glu' }).apply([sum, y]) as tf.SymbolicTensor, sum] });
    randomize(model);
    return model;
  },
  'the CNN of the paper with APL': () => createCnn({ activation: 'apl', input: 'mnist' }),
  'the net of section 5': () => createAplNet(),
  'the CNN of section 5 with APL, as in Caffe': () => createAplCnn({ variant: 'caffe', inputShape: [16, 16, 3] }),
};
