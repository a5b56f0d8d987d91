import type * as tf from '@cuda-activations/runtime';
import { createCnn, createResNet50 } from '@cuda-activations/models';

/** The networks that are measured, on images of 32x32x3 with ten classes. */
export const MODELS = ['cnn', 'resnet50', 'apl'] as const;
export type ModelName = (typeof MODELS)[number];

export const IMAGE_SHAPE = [32, 32, 3] as const;
export const CLASSES = 10;

const CONSTRUCTORS: Readonly<Record<ModelName, (seed: number) => tf.LayersModel>> = {
  cnn: (seed) => createCnn({ seed }),
  resnet50: (seed) => createResNet50({ seed }),
  // The layer's default number of hinges is the paper's main one, 5.
  apl: (seed) => createCnn({ seed, activation: 'apl' }),
};

/** A network with its initial weights: equal seeds give equal ones. */
export function createModel(name: ModelName, seed: number): tf.LayersModel {
  return CONSTRUCTORS[name](seed);
}
