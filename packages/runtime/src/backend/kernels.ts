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

/** tfjs-node passes the default seed, a fraction, on to TensorFlow, where it becomes 0. */
const multinomial: tf.KernelConfig = {
  kernelName: tf.Multinomial,
  backendName: 'tensorflow',
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args as unknown as MultinomialArguments;
    if (attrs.normalized) throw new Error('the tensorflow backend does not support normalized logits passed to multinomial');
    const seed = Number.isInteger(attrs.seed) ? attrs.seed : Math.floor(attrs.seed * 2 ** 31);
    const samples = tf.scalar(attrs.numSamples, 'int32');
    const { TF_ATTR_INT } = backend.binding;
    const output = backend.executeSingleOutput(
      'Multinomial',
      [
        createTensorsTypeOpAttr('T', inputs.logits.dtype),
        createTensorsTypeOpAttr('output_dtype', 'int32'),
        { name: 'seed', type: TF_ATTR_INT, value: seed },
        { name: 'seed2', type: TF_ATTR_INT, value: seed },
      ],
      [inputs.logits, samples],
    );
    samples.dispose();
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
