import * as tf from '@cuda-activations/runtime';
import type { Rounding } from './shapes';

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

/** A window that slides over an image. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly rounding: Rounding;
}

/** Max or average pooling of [batch, height, width, channels]; a place outside the image never wins, and no average counts it. */
export function pool(kind: 'max' | 'average', x: tf.Tensor4D, { size, stride, padding, rounding }: Window): tf.Tensor4D {
  const run = kind === 'max' ? tf.maxPool : tf.avgPool;
  if (padding === 0 && rounding === 'floor') return run(x, size, stride, 'valid');
  return run(x, size, stride, everySide(padding), rounding);
}

const everySide = (padding: number): tf.backend_util.ExplicitPadding => [
  [0, 0],
  [padding, padding],
  [padding, padding],
  [0, 0],
];
