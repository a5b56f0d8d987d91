import * as tf from '@cuda-activations/runtime';

/**
 * Convolution of [batch, height, width, channels] with `padding` zeros on every side.
 *
 * @param kernel shape [size, size, channels, filters]
 */
export function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, padding: number): tf.Tensor4D {
  if (padding === 0) return tf.conv2d(x, kernel, stride, 'valid');
  // With stride 1, "same" pads size - 1 zeros, half on each side; it is the faster way to say so.
  if (stride === 1 && kernel.shape[0] === 2 * padding + 1) return tf.conv2d(x, kernel, stride, 'same');
  return tf.conv2d(x, kernel, stride, everySide(padding), 'NHWC', 1, 'floor');
}

/** Max pooling of [batch, height, width, channels]; a padded place never wins. */
export function maxPool(x: tf.Tensor4D, size: number, stride: number, padding: number): tf.Tensor4D {
  if (padding === 0) return tf.maxPool(x, size, stride, 'valid');
  return tf.maxPool(x, size, stride, everySide(padding), 'floor');
}

const everySide = (padding: number): tf.backend_util.ExplicitPadding => [
  [0, 0],
  [padding, padding],
  [padding, padding],
  [0, 0],
];
