import * as tf from '@cuda-activations/runtime';

/**
 * Convolution of [batch, height, width, channels] with `padding` zeros on every side.
 *
 * @param kernel shape [size, size, channels, filters], size odd or even
 */
export function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, padding: number): tf.Tensor4D {
  if (padding === 0) return tf.conv2d(x, kernel, stride, 'valid');
  // With stride 1, "same" pads size - 1 zeros, half on each side.
  if (stride === 1 && kernel.shape[0] === 2 * padding + 1) return tf.conv2d(x, kernel, stride, 'same');
  return tf.conv2d(padSpatially(x, padding, 0), kernel, stride, 'valid');
}

/** Max pooling of [batch, height, width, channels]; a padded place never wins. */
export function maxPool(x: tf.Tensor4D, size: number, stride: number, padding: number): tf.Tensor4D {
  return tf.maxPool(padding === 0 ? x : padSpatially(x, padding, -Infinity), size, stride, 'valid');
}

function padSpatially(x: tf.Tensor4D, padding: number, value: number): tf.Tensor4D {
  const none: [number, number] = [0, 0];
  const both: [number, number] = [padding, padding];
  return tf.pad(x, [none, both, both, none], value);
}
