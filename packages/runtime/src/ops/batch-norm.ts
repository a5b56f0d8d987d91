import * as tf from '@tensorflow/tfjs';
import { executeOp } from '../execute-op';

/** Result of a batch normalisation in training mode. */
export interface BatchNormTraining {
  readonly y: tf.Tensor;
  /** Mean of the batch, [channels]. Not differentiated. The caller disposes of it. */
  readonly mean: tf.Tensor1D;
  /** Variance of the batch with Bessel's correction (divided by n - 1), [channels]. Not differentiated. The caller disposes of it. */
  readonly unbiasedVariance: tf.Tensor1D;
}

/** Number of values that one channel's statistics are taken over. */
export const samplesPerChannel = (shape: readonly number[]): number => tf.util.sizeFromShape(shape.slice(0, -1));

/**
 * y = (x - mean) / sqrt(variance + epsilon) * scale + offset over all dimensions but the last, by one op each way (FusedBatchNormV3 and its gradient).
 * @param x [..., channels], float32, rank 2 or more.
 * @param scale [channels], or undefined for 1.
 * @param offset [channels], or undefined for 0.
 */
export function batchNormTraining(x: tf.Tensor, scale: tf.Tensor | undefined, offset: tf.Tensor | undefined, epsilon: number): BatchNormTraining {
  const channels = x.shape.at(-1);
  if (x.rank < 2 || channels === undefined) throw new Error(`batchNormTraining: expected x of rank 2 or more, but got shape [${x.shape.join(', ')}]`);
  for (const [name, value] of Object.entries({ scale, offset })) {
    if (value !== undefined && (value.rank !== 1 || value.shape[0] !== channels)) {
      throw new Error(`batchNormTraining: expected ${name} of shape [${channels}], but got [${value.shape.join(', ')}]`);
    }
  }
  let mean: tf.Tensor | undefined;
  let variance: tf.Tensor | undefined;
  const normalize = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const empty = tf.tensor1d([], 'float32');
    const attributes = { epsilon, data_format: 'NHWC' };
    const [y, batchMean, batchVariance, ...reserved] = executeOp('FusedBatchNormV3', { ...attributes, is_training: true }, [input, gamma, beta, empty, empty], 6) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    mean = tf.keep(batchMean);
    variance = tf.keep(batchVariance);
    save([input, gamma, ...reserved]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedGamma, ...rest] = saved as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        const [dx, dScale, dOffset, ...unused] = executeOp('FusedBatchNormGradV3', { ...attributes, is_training: true }, [dy, savedInput, savedGamma, ...rest], 5) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        tf.dispose(unused);
        return [dx, dScale, dOffset];
      },
    };
  });
  const y = tf.tidy(() => {
    // The op takes rank 4; channels-last layouts of other ranks are views of it.
    const flat = x.rank === 4 ? x : tf.reshape(x, [samplesPerChannel(x.shape), 1, 1, channels]);
    const result = normalize(flat, scale ?? tf.fill([channels], 1), offset ?? tf.fill([channels], 0));
    return x.rank === 4 ? result : tf.reshape(result, x.shape);
  });
  if (mean === undefined || variance === undefined) throw new Error('batchNormTraining: the op did not run');
  return { y, mean: mean as tf.Tensor1D, unbiasedVariance: variance as tf.Tensor1D };
}

/** How running statistics follow the batches': running = running + rate (batch - running). */
export interface RunningUpdate {
  /** Share of the new batch: PyTorch's `momentum` (0.1), or 1 - Keras' `momentum` (0.99). */
  readonly rate: number;
  /** PyTorch's convention: the running variance follows the unbiased variance (n - 1). Keras': the biased one (n). */
  readonly unbiased: boolean;
}

/** Moves the running statistics towards a batch's, inside the graph; disposes of the batch's. */
export function updateRunning(running: { mean: tf.Variable; variance: tf.Variable }, batch: BatchNormTraining, samples: number, update: RunningUpdate): void {
  tf.tidy(() => {
    const correction = update.unbiased || samples <= 1 ? 1 : (samples - 1) / samples;
    move(running.mean, batch.mean, update.rate, 1);
    move(running.variance, batch.unbiasedVariance, update.rate, correction);
  });
  batch.mean.dispose();
  batch.unbiasedVariance.dispose();
}

function move(variable: tf.Variable, value: tf.Tensor, rate: number, factor: number): void {
  variable.assign(tf.add(tf.mul(variable, 1 - rate), tf.mul(value, rate * factor)));
}
