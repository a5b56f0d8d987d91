import * as tf from '@tensorflow/tfjs';
import { batchNormWithRunning } from '../ops/batch-norm';
import { type LayerPrototype, onlyTensor } from './layer-class';

/** What is used of tf.layers' BatchNormalization. */
interface BatchNormalizationLayer {
  axis: number | number[];
  momentum: number;
  epsilon: number;
  gamma?: tf.LayerVariable;
  beta?: tf.LayerVariable;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

/**
 * `call` of tf.layers' BatchNormalization with training mode as one op each way; inference and other axes stay stock. The moving variance follows
 * the biased variance, as in stock tfjs and Keras.
 */
export function batchNormalizationCall(stock: LayerPrototype['call']): LayerPrototype['call'] {
  return function (this: unknown, inputs, kwargs) {
    const layer = this as BatchNormalizationLayer;
    const x = onlyTensor(inputs);
    const axis = Array.isArray(layer.axis) ? layer.axis[0] : layer.axis;
    const last = axis === -1 || axis === x.rank - 1;
    if (!kwargs['training'] || !last || x.rank < 2 || x.dtype !== 'float32') return stock.call(this, inputs, kwargs);
    const running = { mean: variableOf(layer.movingMean), variance: variableOf(layer.movingVariance) };
    return tf.tidy(() => batchNormWithRunning(x, layer.gamma?.read(), layer.beta?.read(), layer.epsilon, running, { rate: 1 - layer.momentum, unbiased: false }));
  };
}

/** The tf.Variable behind a layer's weight; `LayerVariable.write` would check and copy on the way. */
function variableOf(weight: tf.LayerVariable): tf.Variable {
  return (weight as unknown as { val: tf.Variable }).val;
}
