import * as tf from '@cuda-activations/runtime';
import { softmax } from 'cuda-activations';
import { addDense, dense, type AddWeight, type DenseWeights } from './dense';
import { biasDropout, type Dropout } from './dropout';

/** Weights of multi-head self-attention, without the output projection. */
export interface AttentionWeights {
  readonly query: DenseWeights;
  readonly key: DenseWeights;
  readonly value: DenseWeights;
}

export function addAttention(add: AddWeight, hiddenSize: number): AttentionWeights {
  const part = (name: string): DenseWeights => addDense(add, `attention.self.${name}`, hiddenSize, hiddenSize);
  return { query: part('query'), key: part('key'), value: part('value') };
}

/** Shape of the sequences that a flat [batch * length, hidden] holds. */
export interface SequenceShape {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
}

/**
 * softmax(Q K^T / sqrt(d) + mask) V of every head.
 *
 * @param x [batch * length, hidden]
 * @param mask [batch, 1, 1, length]: 0 for tokens, a large negative number for padding
 * @returns [batch * length, hidden], before the output projection
 */
export function attend(x: tf.Tensor, mask: tf.Tensor, weights: AttentionWeights, { batch, length, heads }: SequenceShape, dropout: Dropout, training: boolean): tf.Tensor {
  const hidden = x.shape[1] as number;
  const width = hidden / heads;
  const split = (tensor: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(tensor, [batch, length, heads, width]), [0, 2, 1, 3]);
  const query = split(tf.mul(dense(x, weights.query), 1 / Math.sqrt(width)));
  const scores = tf.add(tf.matMul(query, split(dense(x, weights.key)), false, true), mask);
  const probabilities = softmax(scores);
  const kept = training && dropout.rate > 0 ? biasDropout(probabilities, tf.zeros([length]), dropout, training) : probabilities;
  const context = tf.matMul(kept, split(dense(x, weights.value)));
  return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [batch * length, hidden]);
}
