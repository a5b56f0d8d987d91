import type * as tf from '@cuda-activations/runtime';
import { createCnn, createResNet50, type ActivationImplementation, type Initialization, type TorchGenerator } from '@cuda-activations/models';
import type { ImageShape } from '../data/dataset';
import { parseActivation } from './activations';
import type { ModelName } from './config';

/** What decides a model. */
export interface ModelSpecification {
  readonly model: ModelName;
  readonly shape: ImageShape;
  readonly classes: number;
  /** As `parseActivation` takes it. */
  readonly activation: string;
  readonly activationSites: 'stem' | 'all';
  readonly implementation: ActivationImplementation;
  readonly initialization: Initialization;
  readonly seed: number;
}

/**
 * Makes a model with its initial weights.
 * @param generator draws the weights; the run's batch order continues on it
 */
export function createModel(specification: ModelSpecification, generator: TorchGenerator): tf.LayersModel {
  const { model, shape, classes, implementation, initialization, seed } = specification;
  const activation = parseActivation(specification.activation).spec;
  const common = { classes, activation, activationImplementation: implementation, initialization, seed, generator };
  if (model === 'cnn') return createCnn({ ...common, input: shape });
  return createResNet50({ ...common, stem: shape[0] === 28 ? 'mnist' : 'cifar', inputShape: shape, activationSites: specification.activationSites });
}
