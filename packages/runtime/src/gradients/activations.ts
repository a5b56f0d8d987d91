import * as tf from '@tensorflow/tfjs';
import { executeOne } from '../ops/execute';

/**
 * Gradients of the stock activations as one TensorFlow op each. They are taken from the output where that is exact, so that the input need not
 * live until the backward pass and TensorFlow may fuse the activation into the convolution before it.
 */
export const activationGradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.Relu,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => executeOne('ReluGrad', {}, [single(dy), at(saved, 0)]) }),
  },
  {
    // The derivative at x = 6 is 0, as in TensorFlow; stock tfjs has 1 there.
    kernelName: tf.Relu6,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => executeOne('Relu6Grad', {}, [single(dy), at(saved, 0)]) }),
  },
  {
    kernelName: tf.Selu,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => seluGradient(single(dy), at(saved, 0)) }),
  },
  {
    // From the input: a negative slope would change the output's sign.
    kernelName: tf.LeakyRelu,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({
      x: () => executeOne('LeakyReluGrad', { alpha: (attributes as unknown as tf.LeakyReluAttrs).alpha }, [single(dy), toFloat(at(saved, 0))]),
    }),
  },
];

/** From the output y: y > 0 ? scale : y + scale alpha. Not SeluGrad, which takes the derivative from the right at 0 where stock takes it from the left. */
function seluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const { SELU_SCALE, SELU_SCALEALPHA } = tf.backend_util;
  return tf.tidy(() => tf.mul(dy, tf.where(tf.greater(y, 0), SELU_SCALE, tf.add(y, SELU_SCALEALPHA))));
}

function single(dy: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(dy) ? at(dy, 0) : dy;
}

function at(tensors: readonly tf.Tensor[], index: number): tf.Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw new Error(`no tensor ${index} was saved for the backward pass`);
  return tensor;
}

function toFloat(x: tf.Tensor): tf.Tensor {
  return x.dtype === 'float32' ? x : tf.cast(x, 'float32');
}
