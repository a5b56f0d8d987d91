import type * as tf from '@cuda-activations/runtime';
import { resolveActivation } from '../registry/registry';
import { gradientDepth, runSingleOp, stringAttribute } from './ops';
import { fusedRowActivation, fusedRowActivationGrad } from './rowwise';
import type { KernelAndGradient } from './stock';

const forward = Object.freeze([stringAttribute('function', 'softmax')]);

/** The stock kernel Softmax, which knows the last axis alone, as one op each way. */
export function stockSoftmax({ kernel, gradient }: KernelAndGradient): KernelAndGradient {
  const { info } = resolveActivation('softmax');
  // As for pointwise kernels: the engine asks for each part when it records a node.
  const nested = (): boolean => gradientDepth() > 1;
  return {
    kernel: {
      ...kernel,
      kernelFunc: (call) => {
        const logits = call.inputs['logits'] as tf.TensorInfo;
        return logits.dtype === 'float32' ? runSingleOp('CudaActivations>FusedRowActivation', forward, [logits]) : kernel.kernelFunc(call);
      },
    },
    gradient: {
      kernelName: gradient.kernelName,
      get inputsToSave() {
        return nested() ? ['logits'] : [];
      },
      get outputsToSave() {
        return nested() ? [] : [true];
      },
      get gradFunc(): tf.GradFunc {
        const again = nested();
        return (dy, saved) => ({
          logits: () => {
            const [kept] = saved as [tf.Tensor];
            return fusedRowActivationGrad(dy as tf.Tensor, again ? fusedRowActivation(kept, info) : kept, info);
          },
        });
      },
    },
  };
}
