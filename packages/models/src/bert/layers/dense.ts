import * as tf from '@cuda-activations/runtime';

/** A kernel [in, out] and a bias [out]. */
export interface DenseWeights {
  readonly kernel: tf.LayerVariable;
  readonly bias: tf.LayerVariable;
}

/** What adds the weights of a layer: `tf.layers.Layer.addWeight`, bound. */
export type AddWeight = (name: string, shape: number[], initializer: ReturnType<typeof tf.initializers.zeros>) => tf.LayerVariable;

/** The weights of one dense part; they start at zero, the model sets them. */
export function addDense(add: AddWeight, name: string, inputs: number, outputs: number): DenseWeights {
  return { kernel: add(`${name}/kernel`, [inputs, outputs], tf.initializers.zeros()), bias: add(`${name}/bias`, [outputs], tf.initializers.zeros()) };
}

/** x W, [rows, in] to [rows, out]. */
export function product(x: tf.Tensor, { kernel }: DenseWeights): tf.Tensor {
  return tf.matMul(x as tf.Tensor2D, kernel.read() as tf.Tensor2D);
}

/** x W + b. */
export function dense(x: tf.Tensor, weights: DenseWeights): tf.Tensor {
  return tf.add(product(x, weights), weights.bias.read());
}
