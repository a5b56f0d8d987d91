import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-node-gpu/dist/register_all_kernels';
import { ProgbarLogger } from '@tensorflow/tfjs-node-gpu/dist/callbacks';
import { nodeFileSystemRouter } from '@tensorflow/tfjs-node-gpu/dist/io/file_system';
import { binding } from '../binding/binding';
import { TensorFlowBackend } from './backend';
import { registerRepairedKernels } from './kernels';

/** Registers and selects the backend `tensorflow`. The factory may be called again after the backend was removed. */
export function registerBackend(): void {
  registerRepairedKernels();
  tf.registerBackend('tensorflow', () => new TensorFlowBackend(binding) as unknown as tf.KernelBackend, 3);
  tf.setBackend('tensorflow').catch((error: unknown) => {
    throw error;
  });
  tf.io.registerLoadRouter(nodeFileSystemRouter);
  tf.io.registerSaveRouter(nodeFileSystemRouter);
  // The progress bar of model.fit() at verbosity 1.
  tf.registerCallbackConstructor(1, ProgbarLogger);
}

/** The selected `tensorflow` backend; throws if another one is selected. */
export function tensorflowBackend(): TensorFlowBackend {
  const backend = tf.backend() as unknown;
  if (!(backend instanceof TensorFlowBackend)) {
    throw new Error(`this needs the backend "tensorflow", but "${tf.getBackend()}" is selected: call tf.setBackend('tensorflow')`);
  }
  return backend;
}
