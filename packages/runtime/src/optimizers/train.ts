import * as tf from '@tensorflow/tfjs';
import { type AdamOptions, NativeAdam, NativeAdamW } from './adam';
import { clipByGlobalNorm, globalNorm, normsOf } from './gradient-norms';
import type { CommonOptions } from './native-optimizer';
import { type MomentumOptions, NativeMomentum, NativeSgd } from './sgd';

/** Optimisers that change each variable in place by one TensorFlow op. All are tf.Optimizers: `minimize`, model.compile and checkpoints take them. */
export const optimizers = {
  sgd: (learningRate: number | tf.Scalar, options?: CommonOptions): NativeSgd => new NativeSgd(learningRate, options),
  momentum: (learningRate: number | tf.Scalar, momentum: number | tf.Scalar, options?: MomentumOptions): NativeMomentum => new NativeMomentum(learningRate, momentum, options),
  adam: (learningRate?: number | tf.Scalar, options?: AdamOptions): NativeAdam => new NativeAdam(learningRate, options),
  adamw: (learningRate?: number | tf.Scalar, options?: AdamOptions): NativeAdamW => new NativeAdamW(learningRate, options),
  clipByGlobalNorm,
  globalNorm,
  /** Euclidean norm of each tensor, [count]. */
  norms: normsOf,
} as const;

/** The functions of `tf.train` with stock's parameters and native optimisers behind them. */
export const nativeTrain = {
  sgd: (learningRate: number): tf.Optimizer => new NativeSgd(learningRate),
  momentum: (learningRate: number, momentum: number, nesterov = false): tf.Optimizer => new NativeMomentum(learningRate, momentum, { nesterov }),
  adam: (learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon: number | null = null): tf.Optimizer =>
    new NativeAdam(learningRate, { beta1, beta2, epsilon: epsilon ?? tf.backend().epsilon() }),
} as const;
