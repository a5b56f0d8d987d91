import * as tf from '@cuda-activations/runtime';
import { TorchGenerator } from '../../random/torch_generator';
import { image4, type Image4 } from './reference';

/** A reproducible image of normal values, float32 so that both sides start from the same numbers. */
export function randomImage(shape: Image4['shape'], seed = 0): Image4 {
  const values = new TorchGenerator(seed).normal(shape.reduce((product, size) => product * size, 1));
  return image4(shape, (i) => values[i] as number);
}

export const toTensor = ({ shape, data }: Image4): tf.Tensor4D => tf.tensor4d(Float32Array.from(data), [...shape]);

/** Expects values equal to `expected` up to `tolerance`, relative to the largest of them. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs((actual[i] as number) - (expected[i] as number)));
  expect(worst / scale).toBeLessThan(tolerance);
}
