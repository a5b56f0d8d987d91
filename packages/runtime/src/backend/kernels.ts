import * as tf from '@tensorflow/tfjs';
import { createTensorsTypeOpAttr } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import type { TensorFlowBackend } from './backend';

interface UnaryArguments {
  inputs: { x: tf.TensorInfo };
  backend: TensorFlowBackend;
}

/** TensorFlow's `Round` on int32 returns zeros on the CPU; rounding an integer is the identity. */
const round: tf.KernelConfig = {
  kernelName: tf.Round,
  backendName: 'tensorflow',
  kernelFunc: (args) => {
    const { inputs, backend } = args as unknown as UnaryArguments;
    return backend.executeSingleOutput(inputs.x.dtype === 'int32' ? 'Identity' : 'Round', [createTensorsTypeOpAttr('T', inputs.x.dtype)], [inputs.x]);
  },
};

interface MultinomialArguments {
  inputs: { logits: tf.TensorInfo };
  attrs: { numSamples: number; seed: number; normalized: boolean };
  backend: TensorFlowBackend;
}

/** tfjs promises the same numbers for the same seed, which TensorFlow's stateful op does not keep; tfjs-node also turns the default seed, a fraction, into 0. */
const multinomial: tf.KernelConfig = {
  kernelName: tf.Multinomial,
  backendName: 'tensorflow',
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args as unknown as MultinomialArguments;
    if (attrs.normalized) throw new Error('the tensorflow backend does not support normalized logits passed to multinomial');
    const seed = Number.isInteger(attrs.seed) ? attrs.seed : Math.floor(attrs.seed * 2 ** 31);
    const samples = tf.scalar(attrs.numSamples, 'int32');
    const seeds = tf.tensor1d([seed, 0], 'int32');
    const types = [createTensorsTypeOpAttr('T', inputs.logits.dtype), createTensorsTypeOpAttr('output_dtype', 'int32')];
    const output = backend.executeSingleOutput('StatelessMultinomial', types, [inputs.logits, samples, seeds]);
    tf.dispose([samples, seeds]);
    return output;
  },
};

/** Replaces kernels of tfjs-node that are wrong. */
export function registerRepairedKernels(): void {
  for (const config of [round, multinomial]) {
    tf.unregisterKernel(config.kernelName, config.backendName);
    tf.registerKernel(config);
  }
}
