import type * as tf from '@cuda-activations/runtime';
import { biasActivation } from 'cuda-activations';

/** Dropout of a layer in training: its rate, and the generator that its masks come from. */
export interface Dropout {
  readonly rate: number;
  readonly random: tf.RandomState;
}

/** The dropout operand of a fused op, or undefined where nothing is dropped. Moves the generator on. */
export function drawn({ rate, random }: Dropout, training: boolean): { rate: number; state: tf.Tensor1D } | undefined {
  return training && rate > 0 ? { rate, state: random.next() } : undefined;
}

/** y = dropout(x + bias), one op each way; the mask is a function of the generator's state and is not stored. */
export function biasDropout(x: tf.Tensor, bias: tf.Tensor, dropout: Dropout, training: boolean): tf.Tensor {
  const drop = drawn(dropout, training);
  return drop ? biasActivation(x, bias, { dropout: drop }) : biasActivation(x, bias);
}
