import * as tf from '@tensorflow/tfjs';
import { softmaxCrossEntropyWithLogits, sparseSoftmaxCrossEntropyWithLogits } from './softmax-cross-entropy';

/** Arguments as in stock `tf.losses.softmaxCrossEntropy`; the loss of each row is one op. */
export function softmaxCrossEntropy(
  onehotLabels: tf.Tensor | tf.TensorLike,
  logits: tf.Tensor | tf.TensorLike,
  weights?: tf.Tensor | tf.TensorLike,
  labelSmoothing = 0,
  reduction: tf.Reduction = tf.Reduction.SUM_BY_NONZERO_WEIGHTS,
): tf.Tensor {
  return tf.tidy(() => {
    const labels = toTensor(onehotLabels);
    const $logits = toFloat(toTensor(logits));
    const classes = labels.shape.at(-1) ?? 1;
    const smooth = labelSmoothing > 0 ? tf.add(tf.mul(labels, 1 - labelSmoothing), labelSmoothing / classes) : labels;
    return reduce(softmaxCrossEntropyWithLogits(smooth, $logits), weights, reduction);
  });
}

/**
 * Mean (or another reduction) of the softmax cross-entropy against class numbers.
 * @param labels int32, [...], from 0 to classes - 1.
 * @param logits [..., classes].
 * @param weights scalar or broadcastable to [...].
 * @returns a scalar, or [...] with `tf.Reduction.NONE`.
 */
export function sparseSoftmaxCrossEntropy(
  labels: tf.Tensor | tf.TensorLike,
  logits: tf.Tensor | tf.TensorLike,
  weights?: tf.Tensor | tf.TensorLike,
  reduction: tf.Reduction = tf.Reduction.SUM_BY_NONZERO_WEIGHTS,
): tf.Tensor {
  return tf.tidy(() => reduce(sparseSoftmaxCrossEntropyWithLogits(toTensor(labels, 'int32'), toFloat(toTensor(logits))), weights, reduction));
}

/** The 'categoricalCrossentropy' of tf.layers on probabilities: softmax(log p) = p / sum(p), so the logits' op serves. One value a row. */
export function categoricalCrossentropy(target: tf.Tensor, probabilities: tf.Tensor): tf.Tensor {
  return tf.tidy(() => softmaxCrossEntropyWithLogits(target, logProbabilities(probabilities)));
}

/** The 'sparseCategoricalCrossentropy' of tf.layers on probabilities; `target` holds class numbers, [...] or [..., 1]. One value a row. */
export function sparseCategoricalCrossentropy(target: tf.Tensor, probabilities: tf.Tensor): tf.Tensor {
  return tf.tidy(() => sparseSoftmaxCrossEntropyWithLogits(tf.reshape(tf.cast(target, 'int32'), probabilities.shape.slice(0, -1)), logProbabilities(probabilities)));
}

function logProbabilities(probabilities: tf.Tensor): tf.Tensor {
  const epsilon = tf.backend().epsilon();
  return tf.log(tf.clipByValue(probabilities, epsilon, 1 - epsilon));
}

function reduce(losses: tf.Tensor, weights: tf.Tensor | tf.TensorLike | undefined, reduction: tf.Reduction): tf.Tensor {
  // The common case without stock's count of weights, which is the number of rows.
  if (weights === undefined && (reduction === tf.Reduction.SUM_BY_NONZERO_WEIGHTS || reduction === tf.Reduction.MEAN)) return tf.mean(losses);
  return tf.losses.computeWeightedLoss(losses, weights, reduction);
}

function toTensor(value: tf.Tensor | tf.TensorLike, dtype?: 'int32'): tf.Tensor {
  return value instanceof tf.Tensor ? value : tf.tensor(value as number[], undefined, dtype);
}

function toFloat(x: tf.Tensor): tf.Tensor {
  return x.dtype === 'float32' ? x : tf.cast(x, 'float32');
}
