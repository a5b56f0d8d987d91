import * as tf from '@cuda-activations/runtime';
import { namedParameters } from '@cuda-activations/models';
import type { ClassificationConfig, OPTIMIZERS } from './config';

/** Hyperparameters of the paper's optimisers. */
export interface OptimizerOptions {
  readonly optimizer: (typeof OPTIMIZERS)[number];
  readonly learningRate: number;
  readonly momentum: number | tf.Scalar;
  /** L2 of a variable by its name. Default: none. */
  readonly weightDecay?: (variable: string) => number;
}

/** SGD with momentum in PyTorch's form (v = momentum v + g; w -= rate v), or Adam or AdamW with betas 0.9 and 0.999 and epsilon 1e-8. */
export function createOptimizer({ optimizer, learningRate, momentum, weightDecay }: OptimizerOptions): tf.Optimizer {
  const decay = weightDecay && { weightDecay };
  if (optimizer === 'sgd') return tf.optimizers.momentum(learningRate, momentum, decay);
  return tf.optimizers[optimizer](learningRate, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...decay });
}

/** What an activation has learned: the hinges of APL, the slopes of PReLU. */
const LEARNED = /(^|\.)act\d+\.(a|b|slope)$/;

/** The coefficient of L2 for each variable of a model; undefined where nothing decays. */
export function decayOf(model: tf.LayersModel, { weightDecay, decayed, hingeDecay }: Pick<ClassificationConfig, 'weightDecay' | 'decayed' | 'hingeDecay'>): OptimizerOptions['weightDecay'] {
  if (weightDecay === 0 && (hingeDecay ?? 0) === 0) return undefined;
  const coefficients = new Map(
    namedParameters(model).map(({ name, variable }) => {
      const usual = decayed === 'all' || name.endsWith('.weight') ? weightDecay : 0;
      return [variable.name, LEARNED.test(name) ? (hingeDecay ?? usual) : usual];
    }),
  );
  return (variable) => coefficients.get(variable) ?? 0;
}
