import * as tf from '@tensorflow/tfjs';
import { executeOp } from '../execute-op';
import { isNested } from '../gradients/second-order';

/** What FusedBatchNorm takes for one image whose channels are the rows: each row gets a mean and a variance of its own. */
const LAYOUT = { data_format: 'NCHW', is_training: true } as const;

/**
 * y = (x - mean) / sqrt(variance + epsilon) * scale + offset along the last dimension, by the biased variance (Ba, Kiros and Hinton 2016,
 * arXiv:1607.06450). The normalisation is one op each way (FusedBatchNormV3 over rows as channels, and its gradient).
 * @param x [..., width], float32.
 * @param scale [width].
 * @param offset [width].
 */
export function layerNorm(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor {
  const width = x.shape.at(-1);
  if (width === undefined || x.dtype !== 'float32') throw new Error(`layerNorm: expected x of rank 1 or more and dtype float32, but got shape [${x.shape.join(', ')}] and ${x.dtype}`);
  for (const [name, value] of Object.entries({ scale, offset })) {
    if (value.rank !== 1 || value.shape[0] !== width) throw new Error(`layerNorm: expected ${name} of shape [${width}], but got [${value.shape.join(', ')}]`);
  }
  if (!(epsilon > 0)) throw new Error(`layerNorm: expected epsilon above 0, but got ${epsilon}`);
  return tf.tidy(() => tf.add(tf.mul(isNested() ? composite(x, epsilon) : normalized(x, width, epsilon), scale), offset));
}

function normalized(x: tf.Tensor, width: number, epsilon: number): tf.Tensor {
  const rows = x.size / Math.max(width, 1);
  if (x.size === 0) return x.clone();
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const [ones, zeros, empty] = [tf.fill([rows], 1), tf.fill([rows], 0), tf.tensor1d([], 'float32')];
    const [y, mean, variance, ...reserved] = executeOp('FusedBatchNormV3', { ...LAYOUT, epsilon }, [input, ones, zeros, empty, empty], 6) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    tf.dispose([mean, variance]);
    save([input, ones, ...reserved]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedOnes, ...rest] = saved as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        const [dx, ...unused] = executeOp('FusedBatchNormGradV3', { ...LAYOUT, epsilon }, [dy, savedInput, savedOnes, ...rest], 5) as [tf.Tensor, ...tf.Tensor[]];
        tf.dispose(unused);
        return dx;
      },
    };
  });
  return tf.reshape(op(tf.reshape(x, [1, rows, width, 1])), x.shape);
}

/** In stock ops, which can be differentiated again. */
function composite(x: tf.Tensor, epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
}
