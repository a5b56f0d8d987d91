import type * as tf from '@cuda-activations/runtime';

/** Output size along one axis of a convolution or pooling with symmetric padding; unknown stays unknown. */
export function spatialSize(size: number | null | undefined, window: number, stride: number, padding: number): number | null {
  if (size === null || size === undefined) return null;
  const result = Math.floor((size + 2 * padding - window) / stride) + 1;
  if (result < 1) throw new RangeError(`input: a window of ${window} with padding ${padding} does not fit into ${size}`);
  return result;
}

/** The input of a layer that takes one tensor. */
export function singleTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D {
  const input = Array.isArray(inputs) ? inputs[0] : inputs;
  if (input?.rank !== 4) throw new RangeError(`input: expected one tensor of shape [batch, height, width, channels], got [${String(input?.shape)}]`);
  return input as tf.Tensor4D;
}
