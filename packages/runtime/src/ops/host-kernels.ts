import * as tf from '@tensorflow/tfjs';
import { addKernel, wrapKernel } from './replace-kernel';

/**
 * Kernels on strings and ragged or sparse data, which prepare inputs and are never in a hot loop: they run on tfjs' own JavaScript kernels, whose
 * results and messages are what tfjs promises. They read their inputs, so compile() refuses them by name.
 */
const hostKernels = [
  'RaggedGather', 'RaggedRange', 'RaggedTensorToTensor', 'SparseFillEmptyRows', 'SparseReshape', 'SparseSegmentMean', 'SparseSegmentSum',
  'StringNGrams', 'StringSplit', 'StringToHashBucketFast', 'RotateWithOffset',
] as const;

/** TensorFlow compares strings for equality only. */
const comparisons = [tf.Less, tf.LessEqual, tf.Greater, tf.GreaterEqual] as const;

export function registerHostKernels(): void {
  for (const name of hostKernels) addKernel(name, (_inputs, _attributes, call) => onHost(name, call));
  for (const name of comparisons) {
    wrapKernel<{ a: tf.TensorInfo }, unknown>(name, (stock) => ({ a }, _attributes, call) => (a.dtype === 'string' ? onHost(name, call) : stock(call)));
  }
}

function onHost(name: string, call: Parameters<tf.KernelFunc>[0]): tf.TensorInfo[] | tf.TensorInfo {
  const host = tf.findBackend('cpu') as tf.KernelBackend & { readSync(dataId: tf.DataId): tf.backend_util.BackendValues };
  const device = call.backend as typeof host;
  const borrowed: tf.TensorInfo[] = [];
  const toHost = (tensor: tf.TensorInfo): tf.TensorInfo => {
    const moved = { ...describe(tensor), dataId: host.write(device.readSync(tensor.dataId), tensor.shape, tensor.dtype) };
    borrowed.push(moved);
    return moved;
  };
  const toDevice = (tensor: tf.TensorInfo): tf.TensorInfo => {
    const moved = { ...describe(tensor), dataId: device.write(host.readSync(tensor.dataId), tensor.shape, tensor.dtype) };
    borrowed.push(tensor);
    return moved;
  };
  try {
    const inputs = Object.fromEntries(Object.entries(call.inputs).map(([key, input]) => [key, Array.isArray(input) ? input.map(toHost) : toHost(input as tf.TensorInfo)]));
    const outputs = tf.getKernel(name, 'cpu').kernelFunc({ inputs: inputs as unknown as tf.NamedTensorInfoMap, backend: host, attrs: call.attrs as tf.NamedAttrMap });
    return Array.isArray(outputs) ? outputs.map(toDevice) : toDevice(outputs);
  } finally {
    for (const { dataId } of borrowed) host.disposeData(dataId);
  }
}

function describe({ shape, dtype }: tf.TensorInfo): Pick<tf.TensorInfo, 'shape' | 'dtype'> {
  return { shape, dtype };
}
