import { biasGradients, biasKernels } from './bias';
import { compileBiases } from './compiled_bias';
import { gatedGradients, gatedKernels } from './gated';
import { loadOpLibrary } from './op_library';
import { engine, runtimeBackend } from './ops';
import { perChannelGradients, perChannelKernels } from './per_channel';
import { pointwiseGradients, pointwiseKernels } from './pointwise';
import { rowwiseGradients, rowwiseKernels } from './rowwise';
import { isStock, tfjs } from '../tensorflow/tfjs';

let registeredFor: string | undefined;

/**
 * Loads the op library and registers every fused kernel for the current backend, and every gradient. Done once, but for a stock TensorFlow.js whose
 * backend changes.
 */
export function registerKernels(): void {
  if (!isStock && registeredFor !== undefined) return;
  if (isStock) tfjs.backend();
  else loadOpLibrary();
  const backendName = isStock ? engine.backendName : runtimeBackend;
  if (backendName === registeredFor) return;
  for (const kernel of [...pointwiseKernels, ...biasKernels, ...gatedKernels, ...perChannelKernels, ...rowwiseKernels]) {
    if (!tfjs.getKernel(kernel.kernelName, backendName)) tfjs.registerKernel({ ...kernel, backendName });
  }
  if (registeredFor === undefined)
    for (const gradient of [...pointwiseGradients, ...biasGradients, ...gatedGradients, ...perChannelGradients, ...rowwiseGradients]) tfjs.registerGradient(gradient);
  if (!isStock && registeredFor === undefined) compileBiases();
  registeredFor = backendName;
}

/** @throws an Error where tensors live on another backend than the runtime's, if it is used */
export function requireBackend(): void {
  if (registeredFor !== undefined && engine.backendName === registeredFor) return;
  registerKernels();
  const current = tfjs.getBackend();
  if (current !== registeredFor) {
    throw new Error(`Fused activations run on backend "${runtimeBackend}", the current one is "${current}". Call tf.setBackend("${runtimeBackend}") first.`);
  }
}
