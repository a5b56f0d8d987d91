import * as tf from '@cuda-activations/runtime';
import type { AddWeight } from './dense';

/** Gain and offset, each [width]. */
export interface NormWeights {
  readonly gamma: tf.LayerVariable;
  readonly beta: tf.LayerVariable;
}

/** The weights of one normalisation, as they start. */
export function addNorm(add: AddWeight, name: string, width: number): NormWeights {
  return { gamma: add(`${name}/gamma`, [width], tf.initializers.ones()), beta: add(`${name}/beta`, [width], tf.initializers.zeros()) };
}

/** Normalises each row of [rows, width]. */
export function normalized(x: tf.Tensor, { gamma, beta }: NormWeights, epsilon: number): tf.Tensor {
  return tf.ops.layerNorm(x, gamma.read(), beta.read(), epsilon);
}
