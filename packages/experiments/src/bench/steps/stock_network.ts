import * as tf from '@cuda-activations/runtime';
import { Dropout, StockActivation } from '@cuda-activations/models';
import { stockApl } from '../kernels/stock_compositions';
import type { StoredArrays } from '../../runs/safetensors';
import type { Network, NetworkLayer } from './network';
import { stockBert } from './stock_bert';

/** APL from TensorFlow.js's own ops, as a user without the fused kernel writes it. */
class StockApl extends tf.layers.Layer {
  static readonly className = 'StockApl';

  constructor(private readonly segments: number, name: string) {
    super({ name });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = [this.segments, (inputShape as tf.Shape).at(-1) ?? 0];
    for (const name of ['a', 'b']) this.addWeight(name, shape, 'float32', tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = this.weights.map((weight) => weight.read()) as [tf.Tensor, tf.Tensor];
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    return tf.tidy(() => stockApl(x, a, b));
  }
}

/** PyTorch's padding in front of a layer that has none of its own. */
function padded(padding: number, name: string, x: tf.SymbolicTensor): tf.SymbolicTensor {
  return padding === 0 ? x : (tf.layers.zeroPadding2d({ padding, name: `${name}.padding` }).apply(x) as tf.SymbolicTensor);
}

function build(layer: NetworkLayer, inputs: readonly tf.SymbolicTensor[]): tf.SymbolicTensor {
  const { name } = layer;
  const [x] = inputs as [tf.SymbolicTensor];
  switch (layer.kind) {
    case 'input':
      return tf.input({ shape: [...layer.shape], name });
    case 'convolution': {
      const { filters, kernelSize, stride: strides, padding, useBias } = layer;
      // "same" is what PyTorch's padding is where nothing is strided, and needs no copy of the image.
      const same = strides === 1 && kernelSize === 2 * padding + 1;
      const convolution = tf.layers.conv2d({ name, filters, kernelSize, strides, useBias, padding: same ? 'same' : 'valid', kernelInitializer: 'zeros' });
      return convolution.apply(same ? x : padded(padding, name, x)) as tf.SymbolicTensor;
    }
    case 'batchNormalization':
      return tf.layers.batchNormalization({ name, epsilon: layer.epsilon, momentum: 1 - layer.momentum }).apply(x) as tf.SymbolicTensor;
    case 'maxPool':
      // Zeros in the padding never win against what a ReLU lets through.
      return tf.layers.maxPooling2d({ name, poolSize: layer.poolSize, strides: layer.stride }).apply(padded(layer.padding, name, x)) as tf.SymbolicTensor;
    case 'averagePool':
      return tf.layers.averagePooling2d({ name, poolSize: layer.poolSize, strides: layer.stride }).apply(x) as tf.SymbolicTensor;
    case 'dropout':
      // Layers of TensorFlow.js draw other masks; with these the arms agree.
      return new Dropout({ name, rate: layer.rate, seed: layer.seed }).apply(x) as tf.SymbolicTensor;
    case 'dense':
      return tf.layers.dense({ name, units: layer.units, kernelInitializer: 'zeros' }).apply(x) as tf.SymbolicTensor;
    case 'apl':
      return new StockApl(layer.segments, name).apply(x) as tf.SymbolicTensor;
    case 'relu':
      return new StockActivation({ name, activation: 'relu' }).apply(x) as tf.SymbolicTensor;
    case 'flatten':
      return tf.layers.flatten({ name }).apply(x) as tf.SymbolicTensor;
    case 'add':
      return tf.layers.add({ name }).apply([...inputs]) as tf.SymbolicTensor;
    case 'globalAveragePool':
      return tf.layers.globalAveragePooling2d({ name }).apply(x) as tf.SymbolicTensor;
    case 'bert':
      throw new Error('a BERT is a network by itself, not a layer of one');
  }
}

/**
 * The network from the layers of TensorFlow.js, as its user would write it.
 * @param weights by the layers' names, `conv1/kernel`
 * @throws Error naming a weight that is missing
 */
export function stockNetwork(network: Network, weights: StoredArrays): tf.LayersModel {
  const model = stockModel(network);
  for (const weight of model.weights) {
    // An embedding's weights have a name of their own in TensorFlow.js.
    const stored = weights[weight.originalName.replace(/\/embeddings$/, '/weight')];
    if (!stored) throw new Error(`weights: expected ${weight.originalName} among them, got ${Object.keys(weights).slice(0, 5).join(', ')}, ...`);
    tf.tidy(() => { weight.write(tf.tensor(stored.values, [...stored.shape])); });
  }
  return model;
}

function stockModel(network: Network): tf.LayersModel {
  const [first] = network;
  if (first?.kind === 'bert') return stockBert(first.config);
  const outputs = new Map<string, tf.SymbolicTensor>();
  for (const layer of network) outputs.set(layer.name, build(layer, layer.inputs.map((name) => outputs.get(name) as tf.SymbolicTensor)));
  const [images, logits] = [outputs.get(network[0]?.name ?? ''), outputs.get(network.at(-1)?.name ?? '')];
  return tf.model({ inputs: images as tf.SymbolicTensor, outputs: logits as tf.SymbolicTensor });
}
