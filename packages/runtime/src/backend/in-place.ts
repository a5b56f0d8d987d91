import * as tf from '@tensorflow/tfjs';
import type { TensorFlowBackend } from './backend';
import type { TensorData } from './tensor-data';

/** A tf.Variable whose place may be given another value; tfjs itself does this in `assign`. */
type MutableVariable = { -readonly [Key in 'dataId']: tf.Variable[Key] };

/** Gives a variable another data id, with the engine's and the backend's counts kept right. */
export function rebind(variable: tf.Variable, dataId: tf.DataId): void {
  const engine = tf.engine();
  engine.disposeTensor(variable);
  (variable as MutableVariable).dataId = dataId;
  // The second argument is the backend for data ids the engine does not know; without it they are the present backend's.
  engine.incRef(variable, tf.backend());
}

/**
 * The handle of the TensorFlow variable that holds the value of a tf.Variable. From the first call on the tf.Variable is a view of it: ops that take the
 * handle change its value in place. Tensors that share the tf.Variable's data (clones) keep the value they have.
 */
export function resourceOf(backend: TensorFlowBackend, variable: tf.Variable): number {
  if (variable.isDisposed) throw new Error(`variable "${variable.name}" is disposed`);
  if (variable.dtype === 'string') throw new Error(`variable "${variable.name}" holds strings, which cannot be updated in place`);
  let data = backend.data(variable);
  if (data.resource !== undefined && data.refCount === 1) return data.resource;
  if (data.refCount > 1) data = separate(backend, variable, data);
  if (data.resource === undefined) {
    const value = backend.upload(data);
    const { resource, view } = backend.binding.createVariable(value);
    backend.binding.deleteTensor(value);
    data.id = view;
    data.resource = resource;
  }
  return data.resource;
}

/** Moves a variable off data that others share. */
export function separate(backend: TensorFlowBackend, variable: tf.Variable, shared: TensorData): TensorData {
  const value = backend.upload(shared);
  const { TF_ATTR_TYPE } = backend.binding;
  // Identity shares the buffer and reads views: no copy yet.
  const identity = (): number => {
    const [output] = backend.binding.executeOp('Identity', [{ name: 'T', type: TF_ATTR_TYPE, value: shared.dtype }], [value], 1);
    return (output as { id: number }).id;
  };
  const own: TensorData = { shape: shared.shape, dtype: shared.dtype, values: null, id: identity(), refCount: 0 };
  if (shared.resource !== undefined) {
    // The variable moves away, the value stays.
    const frozen = identity();
    backend.binding.deleteTensor(shared.resource);
    backend.binding.deleteTensor(shared.id);
    shared.id = frozen;
    delete shared.resource;
  }
  rebind(variable, backend.adopt(own));
  return own;
}
