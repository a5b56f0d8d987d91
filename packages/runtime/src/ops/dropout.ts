import * as tf from '@tensorflow/tfjs';
import { RandomState, sharedRandomState } from './random';

/**
 * `tf.dropout` with the mask drawn inside the graph. With a seed the same mask comes each time, as in stock (though not stock's mask).
 * @param seed an int32.
 */
export function seededDropout(x: tf.Tensor | tf.TensorLike, rate: number, noiseShape?: number[], seed?: number | string): tf.Tensor {
  return tf.tidy(() => {
    const $x = x instanceof tf.Tensor ? x : tf.tensor(x as number[]);
    if (seed === undefined) return dropout($x, rate, noiseShape);
    if (typeof seed !== 'number') throw new Error(`dropout: expected seed to be an int32, but got "${seed}"`);
    const random = new RandomState(seed);
    const y = dropout($x, rate, noiseShape, random);
    random.dispose();
    return y;
  });
}

/**
 * Inverted dropout with the mask drawn inside the graph: y = x mask / (1 - rate).
 * @param rate probability that a value is dropped, in [0, 1).
 * @param noiseShape shape of the mask, broadcastable to x; default x.shape.
 * @param random default: the shared generator (see `setRandomSeed`).
 */
export function dropout(x: tf.Tensor, rate: number, noiseShape?: readonly (number | null)[], random?: RandomState): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: expected rate in [0, 1), but got ${rate}`);
  if (x.dtype !== 'float32') throw new Error(`dropout: expected x of dtype float32, but got ${x.dtype}`);
  if (rate === 0) return x.clone();
  const shape = x.shape.map((size, dimension) => noiseShape?.[dimension] ?? size);
  if (noiseShape && noiseShape.length !== x.rank) throw new Error(`dropout: expected noiseShape of rank ${x.rank}, but got [${noiseShape.join(', ')}]`);
  return tf.tidy(() => {
    const kept = tf.greaterEqual((random ?? sharedRandomState()).uniform(shape), rate);
    const mask = tf.cast(kept, 'float32');
    const apply = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
      const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
      save([mask]);
      return { value: tf.mul(tf.mul(input, 1 / (1 - rate)), mask), gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(tf.mul(dy, 1 / (1 - rate)), saved as tf.Tensor) };
    });
    return apply(x);
  });
}
