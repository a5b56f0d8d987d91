import * as tf from '@cuda-activations/runtime';

/** A fully connected layer, [batch, in] to [batch, units]. It starts at zero: the initialisation schemes of this package set it. */
export function linear(name: string, units: number): tf.layers.Layer {
  return tf.layers.dense({ name, units, kernelInitializer: 'zeros' });
}
