import * as tf from '@cuda-activations/runtime';

/** Runs a call and throws if tensors or bytes stay behind that it does not return. */
export function withoutLeak<T extends tf.TensorContainer>(call: () => T): T {
  const before = tf.memory();
  const result = call();
  const after = tf.memory();
  let returned = 0;
  const count = (value: unknown): void => {
    if (value instanceof tf.Tensor) returned++;
    else if (Array.isArray(value)) value.forEach(count);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(count);
  };
  count(result);
  if (after.numTensors !== before.numTensors + returned)
    throw new Error(`${String(after.numTensors - before.numTensors - returned)} tensors were left behind`);
  return result;
}
