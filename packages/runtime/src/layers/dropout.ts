import type * as tf from '@tensorflow/tfjs';
import { dropout } from '../ops/dropout';
import { RandomState } from '../ops/random';
import { type LayerPrototype, onlyTensor } from './layer-class';

/** What is used of tf.layers' Dropout. */
interface DropoutLayer {
  invokeCallHook(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): void;
  getNoiseShape(x: tf.Tensor): (number | null)[] | null | undefined;
  rate: number;
  seed?: number;
}

/** One generator for each seeded layer: a seed sets where its sequence starts, and each step goes on in it. */
const generators = new WeakMap<object, RandomState>();

/** `call` of tf.layers' Dropout (and SpatialDropout1D, which sets the noise shape) with the mask drawn inside the graph. */
export function dropoutCall(stock: LayerPrototype['call']): LayerPrototype['call'] {
  return function (this: unknown, inputs, kwargs): tf.Tensor | tf.Tensor[] {
    const layer = this as DropoutLayer;
    const x = onlyTensor(inputs);
    if (!kwargs['training'] || !(layer.rate > 0 && layer.rate < 1) || x.dtype !== 'float32') return stock.call(this, inputs, kwargs);
    layer.invokeCallHook(inputs, kwargs);
    let random: RandomState | undefined;
    if (layer.seed !== undefined && layer.seed !== null) {
      random = generators.get(layer) ?? new RandomState(layer.seed);
      generators.set(layer, random);
    }
    return dropout(x, layer.rate, layer.getNoiseShape(x) ?? undefined, random);
  };
}
