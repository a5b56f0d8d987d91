import * as tf from '@tensorflow/tfjs';
import { batchNormWithRunning } from '../ops/batch-norm';
import { type LayerPrototype, onlyTensor } from './layer-class';

/** What is used of tf.layers' BatchNormalization. */
interface BatchNormalizationLayer {
  axis: number;
  momentum: number;
  epsilon: number;
  gamma?: tf.LayerVariable;
  beta?: tf.LayerVariable;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

/**
 * `call` of tf.layers' BatchNormalization with training mode as one op each way; inference stays stock. The moving variance follows
 * the biased variance, as in stock tfjs and Keras.
 */
export function batchNormalizationCall(stock: LayerPrototype['call']): LayerPrototype['call'] {
  return function (this: unknown, inputs, kwargs) {
    const layer = this as BatchNormalizationLayer;
    const x = onlyTensor(inputs);
    if (!kwargs['training'] || x.rank < 2 || x.dtype !== 'float32') return stock.call(this, inputs, kwargs);
    // The op normalises the last axis; another one changes places with it. (Stock has no working gradient for other axes.)
    const places = x.shape.map((_, dimension) => dimension);
    const axis = layer.axis < 0 ? layer.axis + x.rank : layer.axis;
    [places[axis], places[x.rank - 1]] = [x.rank - 1, axis];
    const swap = (tensor: tf.Tensor): tf.Tensor => (axis === x.rank - 1 ? tensor : tf.transpose(tensor, places));
    const running = { mean: variableOf(layer.movingMean), variance: variableOf(layer.movingVariance) };
    return tf.tidy(() => swap(batchNormWithRunning(swap(x), layer.gamma?.read(), layer.beta?.read(), layer.epsilon, running, { rate: 1 - layer.momentum, unbiased: false })));
  };
}

/** The tf.Variable behind a layer's weight; `LayerVariable.write` would check and copy on the way. */
function variableOf(weight: tf.LayerVariable): tf.Variable {
  return (weight as unknown as { val: tf.Variable }).val;
}
