import * as tf from '@tensorflow/tfjs';
import { executeOne } from '../ops/execute';

/**
 * Gradients of Sum and Mean: dy broadcast to the input's shape by one op; stock multiplies by a tensor of ones that is made in JavaScript and uploaded.
 * Of Tile: one sum over the copies; stock slices and adds each of them, 8,192 for the gain of a tf.layers.layerNormalization of 64 x 128 rows.
 */
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
  {
    kernelName: tf.Tile,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({ x: () => sumOfCopies(dy as tf.Tensor, saved[0] as tf.Tensor, attributes) }),
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

function sumOfCopies(dy: tf.Tensor, x: tf.Tensor, attributes: tf.NamedAttrMap): tf.Tensor {
  const { reps } = attributes as unknown as { reps: readonly number[] };
  const apart: number[] = [];
  const copies: number[] = [];
  x.shape.forEach((size, dimension) => {
    const count = reps[dimension] ?? 1;
    if (count !== 1) copies.push(apart.push(count) - 1);
    apart.push(size);
  });
  return tf.tidy(() => (copies.length === 0 ? dy.clone() : tf.reshape(tf.sum(tf.reshape(dy, apart), copies), x.shape)));
}
