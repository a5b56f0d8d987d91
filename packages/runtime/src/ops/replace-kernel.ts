import * as tf from '@tensorflow/tfjs';

/** A kernel's function with its inputs and attributes typed. */
export type Kernel<Inputs, Attributes = unknown> = (inputs: Inputs, attributes: Attributes, call: Parameters<tf.KernelFunc>[0]) => tf.TensorInfo | tf.TensorInfo[];

/** Registers a kernel of the `tensorflow` backend that tfjs-node lacks. */
export function addKernel<Inputs, Attributes>(kernelName: string, kernel: Kernel<Inputs, Attributes>): void {
  tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc: adapt(kernel) });
}

/** Puts a kernel in front of tfjs-node's, which it gets to call where that is right. */
export function wrapKernel<Inputs, Attributes>(kernelName: string, wrap: (stock: tf.KernelFunc) => Kernel<Inputs, Attributes>): void {
  const stock = tf.getKernel(kernelName, 'tensorflow');
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({ ...stock, kernelFunc: adapt(wrap(stock.kernelFunc)) });
}

function adapt<Inputs, Attributes>(kernel: Kernel<Inputs, Attributes>): tf.KernelFunc {
  return (call) => kernel(call.inputs as unknown as Inputs, call.attrs as unknown as Attributes, call);
}
