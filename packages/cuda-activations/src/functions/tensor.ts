import type { Tensor } from '@cuda-activations/runtime';
import { types } from 'node:util';

export type { Tensor };

/** Whether a value is a tfjs tensor; told by its form, as TensorFlow may not be loaded. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && !types.isTypedArray(value) && 'dataId' in value && 'shape' in value && 'dtype' in value;
}
