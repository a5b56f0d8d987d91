import * as tf from '@tensorflow/tfjs';
import { executeOne } from '../ops/execute';

/** sum(x^2) / 2 of each tensor, packed to [count]: one op a tensor, and nothing of a tensor's size is written. */
function halfSquares(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.stack(tensors.map((tensor) => executeOne('L2Loss', {}, [tensor]))) as tf.Tensor1D;
}

/** Euclidean norm of each tensor, [count], in their order. */
export function normsOf(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.tidy(() => tf.sqrt(tf.mul(halfSquares(tensors), 2)));
}

/** Euclidean norm of all tensors taken as one vector. */
export function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => tf.sqrt(tf.mul(tf.sum(halfSquares(tensors)), 2)) as tf.Scalar);
}

/**
 * Scales tensors by maximum / max(norm, maximum), so that their global norm is at most `maximum` (as `tf.clip_by_global_norm` in Python).
 * @param norm their global norm, if it is known already.
 */
export function clipByGlobalNorm<T extends tf.Tensor>(tensors: readonly T[], maximum: number, norm?: tf.Scalar): T[] {
  if (!(maximum > 0)) throw new Error(`clipByGlobalNorm: expected a maximum above 0, but got ${maximum}`);
  return tf.tidy(() => {
    const scale = tf.div(maximum, tf.maximum(norm ?? globalNorm(tensors), maximum));
    return tensors.map((tensor) => tf.mul(tensor, scale) as T);
  });
}
