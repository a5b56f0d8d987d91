import * as tf from '@tensorflow/tfjs';
import { executeOp } from '../execute-op';
import { isNested } from '../gradients/second-order';

/**
 * Softmax cross-entropy of each row by one op (SoftmaxCrossEntropyWithLogits), which yields the gradient along with the loss.
 * @param labels probabilities, [..., classes], the shape of `logits`. Not differentiated.
 * @param logits [..., classes], float32.
 * @returns [...], in nats.
 */
export function softmaxCrossEntropyWithLogits(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  requireLogits(logits, 'softmaxCrossEntropy');
  if (!tf.util.arraysEqual(labels.shape, logits.shape)) {
    throw new Error(`softmaxCrossEntropy: expected labels of the logits' shape [${logits.shape.join(', ')}], but got [${labels.shape.join(', ')}]`);
  }
  if (isNested()) return composite(tf.cast(labels, 'float32'), logits);
  return perRow('SoftmaxCrossEntropyWithLogits', logits, () => tf.reshape(tf.cast(labels, 'float32'), rows(logits)));
}

/**
 * Softmax cross-entropy of each row against class numbers by one op (SparseSoftmaxCrossEntropyWithLogits).
 * @param labels int32 (or float32 holding whole numbers), [...], from 0 to classes - 1; a number outside is an error on the CPU and NaN on a GPU.
 * @param logits [..., classes], float32.
 * @returns [...], in nats.
 */
export function sparseSoftmaxCrossEntropyWithLogits(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  requireLogits(logits, 'sparseSoftmaxCrossEntropy');
  const expected = logits.shape.slice(0, -1);
  if (!tf.util.arraysEqual(labels.shape, expected)) {
    throw new Error(`sparseSoftmaxCrossEntropy: expected labels of shape [${expected.join(', ')}], but got [${labels.shape.join(', ')}]`);
  }
  if (isNested()) return tf.tidy(() => composite(tf.cast(tf.oneHot(tf.cast(labels, 'int32'), logits.shape.at(-1) ?? 1), 'float32'), logits));
  return perRow('SparseSoftmaxCrossEntropyWithLogits', logits, () => tf.reshape(labels.dtype === 'int32' ? labels : tf.cast(labels, 'int32'), [-1]));
}

/** In ops that can be differentiated again; the fused op's gradient, like that of stock's logSoftmax, is a constant to the tape. */
function composite(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    // Shifted by the maximum against overflow, which changes no derivative.
    const shifted = tf.sub(logits, withoutGradient(logits, (x) => tf.max(x, -1, true)));
    return tf.sum(tf.mul(labels, tf.sub(tf.log(tf.sum(tf.exp(shifted), -1, true)), shifted)), -1);
  });
}

function withoutGradient(x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({ value: f(input as tf.Tensor), gradFunc: () => tf.zerosLike(x) }))(x);
}

const rows = (logits: tf.Tensor): [number, number] => [-1, logits.shape.at(-1) ?? 1];

function perRow(op: string, logits: tf.Tensor, prepareLabels: () => tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const labels = prepareLabels();
    const custom = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
      const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
      const [value, gradient] = executeOp(op, {}, [x, labels], 2) as [tf.Tensor, tf.Tensor];
      save([gradient]);
      return { value, gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(tf.expandDims(dy, 1), saved as tf.Tensor) };
    });
    const flat = logits.rank === 2 ? logits : tf.reshape(logits, rows(logits));
    const losses = custom(flat);
    return logits.rank === 2 ? losses : tf.reshape(losses, logits.shape.slice(0, -1));
  });
}

function requireLogits(logits: tf.Tensor, name: string): void {
  if (logits.rank < 1 || logits.dtype !== 'float32') throw new Error(`${name}: expected logits of rank 1 or more and dtype float32, but got rank ${logits.rank} and ${logits.dtype}`);
}
