import type * as tf from '@cuda-activations/runtime';

/** What happens where the stride does not reach the end: the rest is left out (`floor`), or a window hangs over it (`ceil`, as in Caffe). */
export const ROUNDINGS = ['floor', 'ceil'] as const;
/** A way to round an output size. */
export type Rounding = (typeof ROUNDINGS)[number];

/** Output size along one axis of a convolution or pooling with symmetric padding; unknown stays unknown. */
export function spatialSize(size: number | null | undefined, window: number, stride: number, padding: number, rounding: Rounding = 'floor'): number | null {
  if (size === null || size === undefined) return null;
  const result = Math[rounding]((size + 2 * padding - window) / stride) + 1;
  if (result < 1) throw new RangeError(`input: a window of ${window} with padding ${padding} does not fit into ${size}`);
  return result;
}

/** The input of a layer that takes one tensor. */
export function singleTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D {
  const input = Array.isArray(inputs) ? inputs[0] : inputs;
  if (input?.rank !== 4) throw new RangeError(`input: expected one tensor of shape [batch, height, width, channels], got [${String(input?.shape)}]`);
  return input as tf.Tensor4D;
}
