import * as tf from '@cuda-activations/runtime';
import type { OPTIMIZERS } from './config';

/** Hyperparameters of the paper's optimisers. */
export interface OptimizerOptions {
  readonly optimizer: (typeof OPTIMIZERS)[number];
  readonly learningRate: number;
  readonly momentum: number;
}

/** SGD with momentum in PyTorch's form (v = momentum v + g; w -= rate v), or Adam with betas 0.9 and 0.999 and epsilon 1e-8. */
export function createOptimizer({ optimizer, learningRate, momentum }: OptimizerOptions): tf.Optimizer {
  return optimizer === 'sgd' ? tf.optimizers.momentum(learningRate, momentum) : tf.optimizers.adam(learningRate, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
}
