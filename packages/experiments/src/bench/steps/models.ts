import type * as tf from '@cuda-activations/runtime';
import { createAplCnn, createCnn, createResNet50 } from '@cuda-activations/models';

/** The networks that are measured, on images of 32x32x3 with ten classes. */
export const MODELS = ['cnn', 'resnet50', 'apl', 'apl-cnn'] as const;
export type ModelName = (typeof MODELS)[number];

export const IMAGE_SHAPE = [32, 32, 3] as const;
export const CLASSES = 10;

/** Networks that have APL at their sites. */
export const hasApl = (model: ModelName): boolean => model.startsWith('apl');

/** A network, and the hinges of its APL: null where it has none. */
export interface NetworkName {
  readonly model: ModelName;
  readonly segments: number | null;
}

/** For tables. */
export const networkTitle = ({ model, segments }: NetworkName): string => (segments === null ? model : `${model}, S = ${segments}`);

/**
 * A network with its initial weights: equal seeds give equal ones.
 * @param relu puts ReLU in the place of APL
 */
export function createModel({ model, segments }: NetworkName, seed: number, relu = false): tf.LayersModel {
  const activation = relu || segments === null ? 'relu' : 'apl';
  const apl = segments === null ? undefined : { segments };
  switch (model) {
    case 'resnet50':
      return createResNet50({ seed });
    case 'cnn':
    case 'apl':
      return createCnn({ seed, activation, apl });
    case 'apl-cnn':
      return createAplCnn({ seed, activation, apl });
  }
}
