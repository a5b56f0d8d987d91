import type * as tf from '@cuda-activations/runtime';
import { createAplCnn, createAplNet, createCnn, createResNet50, type ActivationImplementation, type Initialization, type TorchGenerator } from '@cuda-activations/models';
import type { ImageShape } from '../data/dataset';
import { DEFAULT_SEGMENTS, parseActivation } from './activations';
import type { ClassificationConfig, ModelName } from './config';

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
  /** Of the networks of the experiments with APL. */
  readonly apl?: Pick<ClassificationConfig, 'variant' | 'head' | 'depths' | 'firstActivation' | 'aplSharing' | 'aplInitialization'>;
}

/**
 * Makes a model with its initial weights.
 * @param generator draws the weights; the run's batch order continues on it
 */
export function createModel(specification: ModelSpecification, generator: TorchGenerator): tf.LayersModel {
  const { model, shape, classes, implementation, initialization, seed, apl } = specification;
  const { spec: activation, segments } = parseActivation(specification.activation);
  const common = { classes, activation, activationImplementation: implementation, initialization, seed, generator };
  switch (model) {
    case 'cnn':
      return createCnn({ ...common, input: shape });
    case 'resnet50':
      return createResNet50({ ...common, stem: shape[0] === 28 ? 'mnist' : 'cifar', inputShape: shape, activationSites: specification.activationSites });
    case 'apl-cnn':
    case 'apl-net': {
      if (!apl) throw new Error(`model: ${model} needs the options of the experiments with APL`);
      const hinges = { segments: segments ?? DEFAULT_SEGMENTS, sharing: apl.aplSharing, initialization: apl.aplInitialization };
      if (model === 'apl-cnn') return createAplCnn({ ...common, inputShape: shape, variant: apl.variant, head: apl.head, apl: hinges });
      return createAplNet({ ...common, inputShape: shape, ...(apl.depths[0] !== undefined && { depth: apl.depths[0] }), firstActivation: apl.firstActivation, apl: hinges });
    }
  }
}
