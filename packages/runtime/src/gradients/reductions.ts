import * as tf from '@tensorflow/tfjs';
import { executeOne } from '../ops/execute';

/** Gradients of Sum and Mean: dy broadcast to the input's shape by one op. Stock multiplies by a tensor of ones that is made in JavaScript and uploaded. */
export const reductionGradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.Sum,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({ x: () => spread(dy as tf.Tensor, saved[0] as tf.Tensor, attributes, false) }),
  },
  {
    kernelName: tf.Mean,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({ x: () => spread(dy as tf.Tensor, saved[0] as tf.Tensor, attributes, true) }),
  },
];

function spread(dy: tf.Tensor, x: tf.Tensor, attributes: tf.NamedAttrMap, mean: boolean): tf.Tensor {
  const { axis } = attributes as unknown as { axis: number | number[] };
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const kept = x.shape.map((size, dimension) => (axes.includes(dimension) ? 1 : size));
  const count = tf.util.sizeFromShape(x.shape) / Math.max(tf.util.sizeFromShape(kept), 1);
  // Dividing before spreading costs one operation per output instead of one per input, and rounds alike.
  return tf.tidy(() => executeOne('BroadcastTo', {}, [tf.reshape(mean ? tf.div(dy, count) : dy, kept), tf.tensor1d(x.shape, 'int32')]));
}
