import * as tf from '@tensorflow/tfjs';

/** The part of a tf.layers class that a repair replaces. */
export interface LayerPrototype {
  call(this: unknown, inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[];
}

/** The prototype that all layers of a class share, found through tfjs' own registry of serialisable classes. */
export function layerPrototype(className: string): LayerPrototype {
  const entry = tf.serialization.SerializationMap.getMap().classNameMap[className];
  if (entry === undefined) throw new Error(`tf.layers has no class "${className}"`);
  return entry[0].prototype as unknown as LayerPrototype;
}

export function onlyTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const [tensor, ...more] = Array.isArray(inputs) ? inputs : [inputs];
  if (tensor === undefined || more.length > 0) throw new Error(`expected exactly one input tensor, but got ${more.length + (tensor ? 1 : 0)}`);
  return tensor;
}
