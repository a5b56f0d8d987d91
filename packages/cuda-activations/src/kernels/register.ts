import * as tf from '@cuda-activations/runtime';
import { biasGradients, biasKernels } from './bias';
import { gatedGradients, gatedKernels } from './gated';
import { loadOpLibrary } from './op_library';
import { backendName, engine } from './ops';
import { perChannelGradients, perChannelKernels } from './per_channel';
import { pointwiseGradients, pointwiseKernels } from './pointwise';
import { rowwiseGradients, rowwiseKernels } from './rowwise';

let registered = false;

/** Loads the op library and registers every fused kernel and gradient for backend `tensorflow`, once per environment. */
export function registerKernels(): void {
  if (registered) return;
  loadOpLibrary();
  for (const kernel of [...pointwiseKernels, ...biasKernels, ...gatedKernels, ...perChannelKernels, ...rowwiseKernels]) tf.registerKernel(kernel);
  for (const gradient of [...pointwiseGradients, ...biasGradients, ...gatedGradients, ...perChannelGradients, ...rowwiseGradients]) tf.registerGradient(gradient);
  registered = true;
}

/** @throws an Error where tensors live on another backend */
export function requireBackend(): void {
  if (registered && engine.backendName === backendName) return;
  registerKernels();
  const current = tf.getBackend();
  if (current !== backendName) {
    throw new Error(`Fused activations run on backend "${backendName}", the current one is "${current}". Call tf.setBackend("${backendName}") first.`);
  }
}
