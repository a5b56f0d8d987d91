import * as tf from '@cuda-activations/runtime';
import { xorshift } from './xorshift';

/** Of a float32 number this is one or two units in its last place. */
const NUDGE = 2 ** -23;

/** Moves each trained weight by a relative 2^-23, up or down as the seed decides: what rounding can do to a network. */
export function nudgeWeights(model: tf.LayersModel, seed: number): tf.LayersModel {
  const next = xorshift(seed);
  for (const weight of model.trainableWeights) {
    const values = Float32Array.from(weight.read().dataSync(), (value) => value * (next() % 2 === 0 ? 1 + NUDGE : 1 - NUDGE));
    tf.tidy(() => { weight.write(tf.tensor(values, weight.shape as number[])); });
  }
  return model;
}
