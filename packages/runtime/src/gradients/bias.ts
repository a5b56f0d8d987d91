import * as tf from '@tensorflow/tfjs';
import { executeOne } from '../ops/execute';

/** Whether `b` is a bias: one value per last dimension of `a`. */
function isBias(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
  return b.shape.length === 1 && a.shape.length >= 2 && a.shape.length <= 5 && a.shape.at(-1) === b.shape[0] && a.dtype === 'float32' && b.dtype === 'float32';
}

/** The gradient of a + b: BiasAddGrad where `b` is a bias, nothing at all where no broadcasting happened, else stock's sums. */
export const addGradient: tf.GradConfig = {
  kernelName: tf.Add,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    const upstream = dy as tf.Tensor;
    return { a: () => reduceTo(upstream, a, isBias(b, a)), b: () => reduceTo(upstream, b, isBias(a, b)) };
  },
};

function reduceTo(dy: tf.Tensor, operand: tf.Tensor, bias: boolean): tf.Tensor {
  // A clone, not dy itself: the engine disposes of what it has accumulated, and both operands may get the same tensor.
  if (tf.util.arraysEqual(operand.shape, dy.shape)) return dy.clone();
  if (bias && dy.rank >= 2) return executeOne('BiasAddGrad', { data_format: 'NHWC' }, [dy]);
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, dy.shape);
  return tf.tidy(() => tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, operand.shape));
}

/**
 * The kernel of a + b: BiasAdd where `b` is a bias, which TensorFlow's graph optimiser fuses with the convolution or product before it; else stock.
 * @param stock the kernel it stands in for.
 */
export function addKernel(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    ...stock,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as unknown as { a: tf.TensorInfo; b: tf.TensorInfo };
      if (isBias(a, b)) return executeOne('BiasAdd', { data_format: 'NHWC' }, [a, b]);
      if (isBias(b, a)) return executeOne('BiasAdd', { data_format: 'NHWC' }, [b, a]);
      return stock.kernelFunc(call);
    },
  };
}
