import * as tf from '@cuda-activations/runtime';
import { namedParameters } from '@cuda-activations/models';

/**
 * Moves the first value of a model's first weight (`conv1.weight`), to see how far a difference the size of rounding carries.
 * @param amount rounded to what float32 can add to that weight
 */
export function perturbFirstWeight(model: tf.LayersModel, amount: number): void {
  const [first] = namedParameters(model);
  if (!first) throw new Error('the model has no weights');
  const values = first.variable.dataSync().slice() as Float32Array;
  values[0] = (values[0] ?? NaN) + amount;
  tf.tidy(() => { first.variable.assign(tf.tensor(values, first.variable.shape)); });
}
